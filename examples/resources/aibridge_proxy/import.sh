terraform import aibridge_proxy.this https://aiproxy.example.com
