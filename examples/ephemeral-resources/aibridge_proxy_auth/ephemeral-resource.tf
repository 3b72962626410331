ephemeral "aibridge_proxy_auth" "this" {
  proxy_url = "https://aiproxy.example.com"
  no_proxy  = ["git.example.com"]
}

# Neither plan nor state contains the token.
resource "terraform_data" "tool" {
  provisioner "local-exec" {
    command     = "env | grep -c '^HTTPS_PROXY='"
    environment = ephemeral.aibridge_proxy_auth.this.env
  }
}
