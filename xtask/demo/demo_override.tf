module "aibridge-proxy" {
  cert_path = var.cert_path
}
