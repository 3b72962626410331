terraform {
  required_version = ">= 1.9"

  required_providers {
    aibridge = {
      source = "aibridge-rs/aibridge"
    }
    coder = {
      source  = "coder/coder"
      version = ">= 2.12"
    }
  }
}
