# Finds or downloads aibridge-agent and sets AIBRIDGE_AGENT_BIN to its path.
# POSIX sh with the tools of a slim image. The script contains no secret.

aibridge_has() { command -v "$1" >/dev/null 2>&1; }

# True if file $1 is a helper that runs on this machine.
aibridge_runs() { [ -f "$1" ] && [ -x "$1" ] && "$1" --version >/dev/null 2>&1; }

# Prints the SHA-256 of file $1 as lower-case hex.
aibridge_sha256() {
  if aibridge_has sha256sum; then set -- "$(sha256sum <"$1")"
  elif aibridge_has shasum; then set -- "$(shasum -a 256 <"$1")"
  elif aibridge_has openssl; then set -- "$(openssl dgst -sha256 -r <"$1")"
  elif aibridge_has busybox; then set -- "$(busybox sha256sum <"$1")"
  else return 1
  fi
  printf '%s' "${1%% *}"
}

# True if file $1 is the configured release, or no release is configured.
aibridge_current() { [ -z "$aibridge_sum" ] || [ "$(aibridge_sha256 "$1")" = "$aibridge_sum" ]; }

# Downloads URL $1 into file $2.
aibridge_fetch() {
  if aibridge_has curl; then
    curl --fail --silent --show-error --location --connect-timeout 10 --max-time 120 --output "$2" "$1"
  elif wget --version >/dev/null 2>&1; then wget -q -t 2 -T 30 -O "$2" "$1"
  # Of busybox's wget only these options are there in every build.
  elif aibridge_has wget; then wget -q -O "$2" "$1"
  elif aibridge_has busybox; then busybox wget -q -O "$2" "$1"
  else
    echo 'none of curl, wget and busybox is installed' >&2
    return 1
  fi
}

# Prints the platform as the release names it, such as linux_amd64.
aibridge_platform_name() {
  case "$(uname -s)" in
    Linux) aibridge_os=linux ;;
    Darwin) aibridge_os=darwin ;;
    *) aibridge_os=$(uname -s) ;;
  esac
  case "$(uname -m)" in
    x86_64 | amd64) printf '%s_amd64' "$aibridge_os" ;;
    aarch64 | arm64) printf '%s_arm64' "$aibridge_os" ;;
    armv7* | armv8*) printf '%s_armv7' "$aibridge_os" ;;
    *) printf '%s_%s' "$aibridge_os" "$(uname -m)" ;;
  esac
}

# Takes the lock of folder $1 on descriptor 9, or as a folder where flock is
# missing. The lock only avoids a second download: files appear by rename, so
# after a minute of waiting the script continues without it.
aibridge_lock() {
  aibridge_waited=0
  if aibridge_has flock; then
    (: >>"$1/.aibridge-agent.lock") 2>/dev/null || return 0
    exec 9>>"$1/.aibridge-agent.lock"
    until flock -n 9; do
      [ "$aibridge_waited" -lt 60 ] || return 0
      aibridge_waited=$((aibridge_waited + 1))
      sleep 1
    done
    return 0
  fi
  until mkdir "$1/.aibridge-agent.lock.d" 2>/dev/null; do
    aibridge_holder=$(cat "$1/.aibridge-agent.lock.d/pid" 2>/dev/null)
    if [ -n "$aibridge_holder" ] && ! kill -0 "$aibridge_holder" 2>/dev/null; then
      rm -rf "$1/.aibridge-agent.lock.d"
    fi
    [ "$aibridge_waited" -lt 60 ] || return 0
    aibridge_waited=$((aibridge_waited + 1))
    sleep 1
  done
  aibridge_locked=$1/.aibridge-agent.lock.d
  echo "$$" >"$aibridge_locked/pid"
}

# Installs the release into folder $1; prints why it could not. A subshell, so
# that its traps and its lock end with it.
aibridge_install() (
  aibridge_part=$1/.aibridge-agent.$$
  aibridge_locked=
  trap 'rm -f "$aibridge_part"; [ -z "$aibridge_locked" ] || rm -rf "$aibridge_locked"' EXIT
  trap 'exit 1' HUP INT TERM
  aibridge_lock "$1"
  if aibridge_runs "$1/aibridge-agent" && aibridge_current "$1/aibridge-agent"; then exit 0; fi
  if ! aibridge_fetch "$aibridge_url" "$aibridge_part"; then
    printf 'the download of %s failed' "$aibridge_url"
    exit 1
  fi
  if ! aibridge_got=$(aibridge_sha256 "$aibridge_part"); then
    printf 'none of sha256sum, shasum, openssl and busybox is there to check the download'
    exit 1
  fi
  if [ "$aibridge_got" != "$aibridge_sum" ]; then
    printf 'the download of %s has SHA-256 %s, not %s' "$aibridge_url" "$aibridge_got" "$aibridge_sum"
    exit 1
  fi
  chmod 755 "$aibridge_part" || exit 1
  if ! aibridge_runs "$aibridge_part"; then
    printf 'the download of %s does not run in %s' "$aibridge_url" "$1"
    exit 1
  fi
  if ! mv -f "$aibridge_part" "$1/aibridge-agent"; then
    printf 'cannot write %s/aibridge-agent' "$1"
    exit 1
  fi
)

# Writes the outcome beside the certificate, for scripts that wait. "run" is empty,
# since only the helper can distinguish this start from another one. Writes only
# into a folder that no other user can write to: under /tmp another user may have
# created it.
aibridge_write_status() {
  aibridge_dir=${aibridge_cert_path%/*}
  [ ! -L "$aibridge_dir" ] || return 1
  [ -d "$aibridge_dir" ] || (umask 022 && mkdir -p "$aibridge_dir") || return 1
  # Not in POSIX, but in every shell of a workspace; one without it writes no status.
  # shellcheck disable=SC3067
  [ -O "$aibridge_dir" ] || return 1
  case "$(ls -ld "$aibridge_dir")" in ?????w* | ????????w*) return 1 ;; esac
  [ ! -L "$aibridge_dir/status.json" ] && [ ! -d "$aibridge_dir/status.json" ] || return 1
  aibridge_text=$(printf '%s' "$3" | tr -d '\000-\037"\134')
  if (
    umask 022
    printf '{"version":1,"run":"","outcome":"%s","time":"%s",%s,"error":{"class":"%s","exit_code":%s,"message":"%s","hint":"%s"}}\n' \
      "$aibridge_outcome" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$aibridge_status_paths" \
      "$1" "$2" "$aibridge_text" "$4" >"$aibridge_dir/.status.json.$$"
  ) && mv -f "$aibridge_dir/.status.json.$$" "$aibridge_dir/status.json"; then
    return 0
  fi
  rm -f "$aibridge_dir/.status.json.$$"
  return 1
}

# Completes the unit so that no script waits for a set-up that will never run. A
# unit that is completed already is left alone: starting it would undo that.
aibridge_release_unit() {
  [ -n "$aibridge_unit" ] && aibridge_has coder || return 0
  case "$(coder exp sync status "$aibridge_unit" 2>/dev/null)" in
    *Status:*completed*) return 0 ;;
    # A set-up is running, and completes its unit itself.
    *Status:*started*) [ "$aibridge_role" = setup ] || return 0 ;;
  esac
  coder exp sync start --timeout 10s "$aibridge_unit" >/dev/null 2>&1
  coder exp sync complete "$aibridge_unit" >/dev/null 2>&1 ||
    printf 'could not complete unit %s\n' "$aibridge_unit" >&2
}

# True if a helper has written the status and this script is no set-up: then the
# status belongs to the set-up and is kept. The status of this script has an empty
# run.
aibridge_has_status() {
  [ "$aibridge_role" != setup ] || return 1
  aibridge_status=$(cat "${aibridge_cert_path%/*}/status.json" 2>/dev/null) || return 1
  case "$aibridge_status" in *'"run":""'*) return 1 ;; *'"run":'*) return 0 ;; *) return 1 ;; esac
}

# Ends the script: $1 class, $2 exit code, $3 what happened, $4 what to do.
aibridge_fail() {
  trap '' HUP INT TERM
  aibridge_outcome=failed
  [ -z "$aibridge_prebuild" ] || aibridge_outcome=deferred
  printf 'AI Bridge Proxy setup failed: %s.\n' "$3"
  printf '%s\n' "$4" >&2
  # A refresh leaves the last set-up's status and unit as they are.
  if [ "$aibridge_role" != refresh ]; then
    aibridge_has_status || aibridge_write_status "$@" ||
      printf 'could not write a status beside %s\n' "$aibridge_cert_path" >&2
    aibridge_release_unit
  fi
  # A pool of prebuilt workspaces whose script fails can never be claimed.
  [ -z "$aibridge_prebuild" ] || exit 0
  exit "$2"
}

aibridge_fail_helper() { aibridge_fail helper 22 "$1" "$aibridge_helper_hint"; }

# Sets AIBRIDGE_AGENT_BIN if a helper is there already.
aibridge_find() {
  AIBRIDGE_AGENT_BIN=$(command -v aibridge-agent 2>/dev/null)
  case "$AIBRIDGE_AGENT_BIN" in
    # A helper that this script installed earlier is checked below.
    "${CODER_SCRIPT_BIN_DIR:-/nowhere}/aibridge-agent" | "${HOME:-/nowhere}/.local/bin/aibridge-agent") ;;
    /*) aibridge_runs "$AIBRIDGE_AGENT_BIN" && return 0 ;;
  esac
  for aibridge_dir in "${CODER_SCRIPT_BIN_DIR:-}" "${HOME:+$HOME/.local/bin}"; do
    AIBRIDGE_AGENT_BIN=$aibridge_dir/aibridge-agent
    [ -n "$aibridge_dir" ] && aibridge_runs "$AIBRIDGE_AGENT_BIN" && aibridge_current "$AIBRIDGE_AGENT_BIN" && return 0
  done
  return 1
}

# Sets AIBRIDGE_AGENT_BIN, or ends the script.
aibridge_get() {
  if [ -n "$aibridge_fixed_path" ]; then
    AIBRIDGE_AGENT_BIN=$aibridge_fixed_path
    aibridge_runs "$AIBRIDGE_AGENT_BIN" || aibridge_fail_helper "no aibridge-agent that runs at $AIBRIDGE_AGENT_BIN"
    return 0
  fi
  aibridge_platform=$(aibridge_platform_name)
  aibridge_sum=
  aibridge_url=
  aibridge_download "$aibridge_platform"
  if aibridge_find; then return 0; fi
  if [ -z "$aibridge_url" ]; then
    aibridge_fail_helper "aibridge-agent is not installed and there is no download for $aibridge_platform ($aibridge_no_download)"
  fi
  aibridge_why='neither CODER_SCRIPT_BIN_DIR nor HOME names a folder to install into'
  for aibridge_dir in "${CODER_SCRIPT_BIN_DIR:-}" "${HOME:+$HOME/.local/bin}"; do
    [ -n "$aibridge_dir" ] || continue
    if ! mkdir -p "$aibridge_dir" 2>/dev/null || [ ! -w "$aibridge_dir" ]; then
      aibridge_why="cannot write to $aibridge_dir"
      continue
    fi
    if aibridge_why=$(aibridge_install "$aibridge_dir"); then
      AIBRIDGE_AGENT_BIN=$aibridge_dir/aibridge-agent
      return 0
    fi
    break
  done
  # Another script may have installed the helper meanwhile.
  if aibridge_find; then return 0; fi
  aibridge_fail_helper "cannot get aibridge-agent: $aibridge_why"
}

trap 'aibridge_fail_helper "interrupted while getting aibridge-agent"' HUP INT TERM
aibridge_get
trap - HUP INT TERM
