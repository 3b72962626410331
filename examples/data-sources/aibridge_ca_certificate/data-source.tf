data "aibridge_ca_certificate" "this" {
  # The only certificate to accept. Leave it out to see which one is served.
  ca_pin_sha256 = var.ca_pin_sha256
}

variable "ca_pin_sha256" {
  type    = string
  default = null
}

# For an image, a truststore, or a proxy's configuration.
output "ca_certificate" {
  value = {
    pem       = data.aibridge_ca_certificate.this.pem
    sha256    = data.aibridge_ca_certificate.this.sha256
    not_after = data.aibridge_ca_certificate.this.not_after
  }
}
