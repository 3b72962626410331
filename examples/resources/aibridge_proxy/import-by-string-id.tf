import {
  to = aibridge_proxy.this
  id = "https://aiproxy.example.com"
}
