// The README's smallest provider, as it is written with terraform-plugin-framework:
// the peer that its length is compared with.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

type config struct {
	Greeting types.String `tfsdk:"greeting"`
}

type greetingModel struct {
	ID   types.String `tfsdk:"id"`
	Name types.String `tfsdk:"name"`
	Text types.String `tfsdk:"text"`
}

type hello struct{}

func (p *hello) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "hello"
}

func (p *hello) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		Attributes: map[string]schema.Attribute{
			"greeting": schema.StringAttribute{
				Optional:    true,
				Description: "How to greet.",
			},
		},
	}
}

func (p *hello) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var data config
	resp.Diagnostics.Append(req.Config.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	word := "Hello"
	if !data.Greeting.IsNull() && !data.Greeting.IsUnknown() {
		word = data.Greeting.ValueString()
	}
	resp.ResourceData = word
}

func (p *hello) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return &greeting{} }}
}

func (p *hello) DataSources(context.Context) []func() datasource.DataSource {
	return nil
}

type greeting struct {
	word string
}

func (r *greeting) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_greeting"
}

func (r *greeting) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceschema.Schema{
		Attributes: map[string]resourceschema.Attribute{
			"id": resourceschema.StringAttribute{
				Computed: true,
				PlanModifiers: []planmodifier.String{
					stringplanmodifier.UseStateForUnknown(),
				},
			},
			"name": resourceschema.StringAttribute{
				Required:    true,
				Description: "Whom to greet.",
				Validators: []validator.String{
					stringvalidator.LengthAtLeast(1),
				},
			},
			"text": resourceschema.StringAttribute{
				Computed: true,
			},
		},
	}
}

func (r *greeting) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	word, ok := req.ProviderData.(string)
	if !ok {
		resp.Diagnostics.AddError("Unexpected provider data", fmt.Sprintf("Got %T.", req.ProviderData))
		return
	}
	r.word = word
}

func (r *greeting) greet(data *greetingModel) {
	data.Text = types.StringValue(r.word + ", " + data.Name.ValueString() + "!")
	if data.ID.IsUnknown() {
		data.ID = data.Name
	}
}

func (r *greeting) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var data greetingModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.greet(&data)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}

func (r *greeting) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {
}

func (r *greeting) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var data greetingModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &data)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.greet(&data)
	resp.Diagnostics.Append(resp.State.Set(ctx, &data)...)
}

func (r *greeting) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

func main() {
	opts := providerserver.ServeOpts{Address: "registry.terraform.io/example/hello"}
	err := providerserver.Serve(context.Background(), func() provider.Provider { return &hello{} }, opts)
	if err != nil {
		log.Fatal(err)
	}
}
