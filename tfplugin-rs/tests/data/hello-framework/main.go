// The provider of the SDK's README, written with terraform-plugin-framework, to compare
// their lengths. It is written to be short: no optional method, no interface assertion,
// and no check of the provider data's type.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The provider block.
type config struct {
	Greeting types.String `tfsdk:"greeting"`
}

// One greeting.
type greetingModel struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
	Text types.String `tfsdk:"text"`
}

type helloProvider struct{}

func (p *helloProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "hello"
	resp.Version = "0.1.0"
}

func (p *helloProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{
		Attributes: map[string]providerschema.Attribute{
			"greeting": providerschema.StringAttribute{Optional: true, Description: "How to greet."},
		},
	}
}

func (p *helloProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var data config
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	greeting := "Hello"
	if !data.Greeting.IsNull() && !data.Greeting.IsUnknown() {
		greeting = data.Greeting.ValueString()
	}
	resp.ResourceData = greeting
}

func (p *helloProvider) DataSources(_ context.Context) []func() datasource.DataSource {
	return nil
}

func (p *helloProvider) Resources(_ context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return &greetingResource{} },
	}
}

type greetingResource struct {
	greeting string
}

func (r *greetingResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "hello_greeting"
}

func (r *greetingResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Computed:      true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name": schema.StringAttribute{
				Required:    true,
				Description: "Whom to greet.",
				Validators:  []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"text": schema.StringAttribute{Computed: true},
		},
	}
}

func (r *greetingResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.greeting, _ = req.ProviderData.(string)
}

func (r *greetingResource) greet(data *greetingModel) {
	data.Text = types.StringValue(fmt.Sprintf("%s, %s!", r.greeting, data.Name.ValueString()))
	if data.ID.IsUnknown() {
		data.ID = data.Name
	}
}

func (r *greetingResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var data greetingModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.greet(&data)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}

// The state that came in is the answer unless it is set.
func (r *greetingResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (r *greetingResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var data greetingModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.greet(&data)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}

// The framework removes the object from the state.
func (r *greetingResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

func main() {
	options := providerserver.ServeOpts{Address: "registry.terraform.io/example/hello"}
	err := providerserver.Serve(context.Background(), func() provider.Provider { return &helloProvider{} }, options)
	if err != nil {
		log.Fatal(err)
	}
}
