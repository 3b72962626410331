data "coder_workspace" "me" {}

resource "kubernetes_deployment_v1" "workspace" {
  count            = data.coder_workspace.me.start_count
  wait_for_rollout = false

  metadata {
    name      = "coder-${data.coder_workspace.me.id}"
    namespace = var.namespace
  }

  spec {
    replicas = 1

    selector {
      match_labels = {
        "com.coder.workspace.id" = data.coder_workspace.me.id
      }
    }

    strategy {
      type = "Recreate"
    }

    template {
      metadata {
        labels = {
          "com.coder.workspace.id" = data.coder_workspace.me.id
        }
      }

      spec {
        # One user for the agent and all its scripts: socket and certificate are theirs.
        security_context {
          run_as_user     = 1000
          run_as_non_root = true
          fs_group        = 1000
        }

        container {
          name    = "workspace"
          image   = var.image
          command = ["sh", "-c", coder_agent.main.init_script]

          dynamic "env" {
            for_each = nonsensitive(toset(keys(local.agent_env)))
            content {
              name  = env.value
              value = local.agent_env[env.value]
            }
          }
        }
      }
    }
  }
}
