//! `trust`: Java's truststore as Java reads it, and the system's store as the
//! system keeps it.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use fakes::ca::TestCa;
use fakes::intercept::FakeProxy;
use testkit::process::{Finished, run};
use testkit::{slow, tools};

use crate::world::{World, script};

/// A Java program as users write it: a hard-coded host and no mention of
/// trust. The proxy comes from properties, Java knows no `HTTPS_PROXY`.
const JAVA_TOOL: &str = r#"
import java.net.*;
import java.net.http.*;

public class Tool {
    public static void main(String[] args) throws Exception {
        URI proxy = URI.create(System.getenv("HTTPS_PROXY"));
        String[] user = proxy.getUserInfo().split(":", 2);
        HttpClient client = HttpClient.newBuilder()
            .proxy(ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort())))
            .authenticator(new Authenticator() {
                @Override
                protected PasswordAuthentication getPasswordAuthentication() {
                    return new PasswordAuthentication(user[0], user[1].toCharArray());
                }
            })
            .version(HttpClient.Version.HTTP_1_1)
            .build();
        URI target = URI.create("https://api.openai.com/v1/chat/completions");
        HttpRequest request = HttpRequest.newBuilder(target)
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
        try {
            var handler = HttpResponse.BodyHandlers.ofString();
            System.out.println(client.send(request, handler).statusCode());
        } catch (javax.net.ssl.SSLHandshakeException err) {
            System.out.println("not trusted");
            System.exit(1);
        }
    }
}
"#;

/// Runs a shell line in a workspace where a tool is to be caught by `proxy`.
fn shell(world: &World, proxy: &FakeProxy, line: &str) -> Finished {
    let mut command = world.command(["exec", "--", "sh", "-c", line, "sh"]);
    command.env("AIBRIDGE_PROXY_URL", proxy.url());
    command.arg(env!("CARGO_BIN_EXE_aibridge-agent"));
    run(command)
}

#[test]
fn trust_java_writes_a_truststore_that_later_setups_update() {
    let world = World::set_up();
    let store = world.folder().join("ca-truststore.p12");
    world.run(["refresh"]).success();
    assert!(!store.exists(), "only on demand");
    let line = world.run(["trust", "java"]).success().stdout;
    assert!(line.contains(&format!("-Djavax.net.ssl.trustStore={} ", store.display())), "{line}");
    let holds = |ca: &TestCa| {
        fs::read(&store).unwrap().windows(ca.der().len()).any(|it| it == &ca.der()[..])
    };
    assert!(holds(&world.ca));
    let before = fs::read(&store).unwrap();
    world.run(["trust", "java"]).success();
    assert_eq!(fs::read(&store).unwrap(), before);
    let next = TestCa::new("next");
    world.coder.set_certificate(next.pem());
    world.run(["refresh"]).success();
    assert!(holds(&next) && holds(&world.ca));
    world.run(["refresh", "--drop-old"]).success();
    assert!(holds(&next) && !holds(&world.ca), "a dropped CA is trusted nowhere");
}

#[test]
fn trust_java_needs_a_setup_and_a_writable_folder() {
    let world = World::new();
    let finished = world.run(["trust", "java"]).exited(21);
    assert!(finished.stderr.contains("there is no `ca-bundle.pem`"), "{}", finished.stderr);
    world.run(["trust", "install", "--dry-run"]).exited(21);
    world.run(["setup"]).success();
    let out = world.temp.path().join("java/trust store.p12");
    let mut command = world.command(["trust", "java", "--out"]);
    command.arg(&out);
    let line = run(command).success().stdout;
    assert!(line.contains(&format!("trustStore=\"{}\" ", out.display())), "{line}");
    assert!(out.is_file());
    world.run(["trust", "java", "--out", "/proc/none.p12"]).exited(18);
}

#[test]
fn java_trusts_the_proxy_through_the_truststore() {
    let Some(_ran) = slow::ring3("helper-java") else { return };
    let world = World::set_up();
    world.run(["trust", "java"]).success();
    let mut command = Command::new(tools::on_path("keytool"));
    let store = world.folder().join("ca-truststore.p12");
    command.args(["-list", "-storepass", "changeit", "-keystore"]).arg(&store);
    let listed = run(command).success().stdout;
    let count = world.read("ca-bundle.pem").matches("BEGIN CERTIFICATE").count();
    assert_eq!(listed.matches("trustedCertEntry").count(), count, "{listed}");
    let fingerprint: Vec<String> = world
        .ca
        .sha256()
        .to_uppercase()
        .as_bytes()
        .chunks(2)
        .map(|it| String::from_utf8_lossy(it).into_owned())
        .collect();
    assert!(listed.contains(&fingerprint.join(":")), "{listed}");
    // A cut file is noticed, by the MAC.
    let mut command = Command::new(tools::on_path("openssl"));
    command.args(["pkcs12", "-nokeys", "-passin", "pass:changeit", "-in"]).arg(&store);
    assert!(run(command).success().stdout.contains("BEGIN CERTIFICATE"));
    let mut bytes = fs::read(&store).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let broken = world.temp.path().join("broken.p12");
    fs::write(&broken, bytes).unwrap();
    let mut command = Command::new(tools::on_path("keytool"));
    command.args(["-list", "-storepass", "changeit", "-keystore"]).arg(broken);
    assert_ne!(run(command).code, Some(0));

    let proxy = FakeProxy::start(&world.ca);
    fs::write(world.temp.path().join("Tool.java"), JAVA_TOOL).unwrap();
    let java = tools::on_path("java");
    let tool = format!(
        "exec '{}' -Djdk.http.auth.tunneling.disabledSchemes= '{}'",
        java.display(),
        world.temp.path().join("Tool.java").display()
    );
    assert_eq!(shell(&world, &proxy, &tool).exited(1).stdout, "not trusted\n");
    let with = format!("eval \"$(\"$1\" trust java)\" && {tool}");
    assert_eq!(shell(&world, &proxy, &with).success().stdout, "200\n");
    assert_eq!(proxy.interceptions()[0].token, world.coder.token());
}

/// A system in a folder, and a `chroot` that only prints the command.
struct System {
    world: World,
    root: PathBuf,
}

impl System {
    fn new(mark: &str) -> Self {
        let world = World::set_up();
        let root = world.temp.path().join("root");
        let mark = root.join(mark);
        fs::create_dir_all(mark.parent().unwrap()).unwrap();
        fs::write(mark, "").unwrap();
        let bin = world.temp.path().join("bin");
        fs::create_dir(&bin).unwrap();
        let log = world.temp.path().join("ran");
        let text = format!(
            "echo \"$@\" >>'{}'; [ ! -e '{}' ]\n",
            log.display(),
            world.temp.path().join("fails").display()
        );
        script(&bin, "chroot", &text);
        Self { world, root }
    }

    fn run(&self, args: &[&str]) -> Finished {
        let mut command = self.world.command(["trust"].into_iter().chain(args.iter().copied()));
        let bin = self.world.temp.path().join("bin");
        command
            .arg("--root")
            .arg(&self.root)
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
        run(command)
    }

    fn ran(&self) -> Vec<String> {
        let log = fs::read_to_string(self.world.temp.path().join("ran")).unwrap_or_default();
        let root = format!("{} ", self.root.display());
        log.lines().map(|it| it.replace(&root, "")).collect()
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names.retain(|it| it != ".keep");
        names
    }
}

#[test]
fn trust_install_and_remove_use_the_layout_of_each_distribution() {
    for (name, mark, folder, suffix, command) in [
        (
            "Debian",
            "etc/ca-certificates.conf",
            "usr/local/share/ca-certificates",
            "crt",
            "update-ca-certificates",
        ),
        (
            "Alpine",
            "usr/sbin/update-ca-certificates",
            "usr/local/share/ca-certificates",
            "crt",
            "update-ca-certificates",
        ),
        (
            "RHEL",
            "etc/pki/ca-trust/source/anchors/.keep",
            "etc/pki/ca-trust/source/anchors",
            "pem",
            "update-ca-trust extract",
        ),
        (
            "SUSE",
            "etc/pki/trust/anchors/.keep",
            "etc/pki/trust/anchors",
            "pem",
            "update-ca-certificates",
        ),
        (
            "Arch",
            "etc/ca-certificates/trust-source/anchors/.keep",
            "etc/ca-certificates/trust-source/anchors",
            "crt",
            "trust extract-compat",
        ),
    ] {
        let system = System::new(mark);
        let file = format!("aibridge-proxy-{}.{suffix}", &system.world.ca.sha256()[..32]);
        let path = system.root.join(folder).join(&file);
        let plan = format!(
            "would add {}\nwould run chroot {} {command}\n",
            path.display(),
            system.root.display()
        );
        assert_eq!(system.run(&["install", "--dry-run"]).success().stdout, plan, "{name}");
        assert_eq!(
            (system.files(folder), system.ran()),
            (vec![], vec![]),
            "{name}: nothing is done"
        );
        assert_eq!(system.run(&["install"]).success().stdout, plan.replace("would ", ""), "{name}");
        assert_eq!(fs::read_to_string(&path).unwrap(), system.world.ca.pem(), "{name}");
        system.run(&["install"]).success();
        assert_eq!(system.files(folder), [file.as_str()], "{name}: idempotent");
        assert_eq!(system.ran(), [command, command], "{name}");
        fs::write(system.root.join(folder).join(format!("company.{suffix}")), "theirs").unwrap();
        system.run(&["remove"]).success();
        assert_eq!(system.files(folder), [format!("company.{suffix}")], "{name}: only ours goes");
        let again = system.run(&["remove"]).success().stdout;
        assert!(
            again.starts_with("the system's store has no CA of this program"),
            "{name}: {again}"
        );
        assert_eq!(system.ran().len(), 3, "{name}");
    }
}

#[test]
fn trust_install_runs_a_failed_system_command_again() {
    let system = System::new("etc/ca-certificates.conf");
    fs::write(system.world.temp.path().join("fails"), "").unwrap();
    let finished = system.run(&["install"]).exited(18);
    assert!(finished.stderr.contains("update-ca-certificates` failed"), "{}", finished.stderr);
    fs::remove_file(system.world.temp.path().join("fails")).unwrap();
    system.run(&["install"]).success();
    assert_eq!(system.ran().len(), 2);
}

#[test]
fn trust_install_fails_on_a_system_without_a_known_store() {
    let system = System::new("etc/NIXOS");
    let finished = system.run(&["install"]).exited(10);
    assert!(finished.stderr.contains("security.pki.certificateFiles"), "{}", finished.stderr);
}

#[test]
fn trust_install_without_root_fails_and_dry_run_works() {
    // Only root can become another user.
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let world = World::set_up();
    let agent = world.program_for_all();
    let install = |args: &[&str]| {
        let mut command = Command::new(&agent);
        command.args(["trust", "install"]).args(args).arg("--cert-path").arg(world.cert_path());
        command.env_clear().uid(65534).gid(65534);
        run(command)
    };
    let finished = install(&[]).exited(18);
    assert_eq!(finished.stdout, "");
    assert!(finished.stderr.contains("belongs to root"), "{}", finished.stderr);
    assert!(finished.stderr.contains("run it with `sudo`"), "{}", finished.stderr);
    assert!(install(&["--dry-run"]).success().stdout.starts_with("would add "));
}

#[test]
fn trust_install_under_sudo_reads_the_callers_folder_only() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let system = System::new("etc/ca-certificates.conf");
    for path in [system.world.folder(), system.world.cert_path()] {
        std::os::unix::fs::chown(path, Some(65534), None).unwrap();
    }
    let install = |user: &str| {
        let mut command = system.world.command(["trust", "install", "--dry-run", "--root"]);
        command.arg(&system.root).env("SUDO_UID", user);
        run(command)
    };
    install("65534").success();
    install("1234").exited(18);
    install("").exited(18);
}

#[test]
fn setup_never_changes_the_systems_store() {
    let system = System::new("etc/ca-certificates.conf");
    system.world.run(["setup"]).success();
    assert_eq!(system.files("usr/local/share/ca-certificates"), [""; 0]);
}

/// The real store of this Debian, seen by curl, which reads no variable for the
/// way to a TLS listener and knows only the store there. All files are
/// written to memory, in a mount namespace that ends with the script.
#[test]
fn trust_install_and_remove_change_the_real_store_of_this_system() {
    let Some(_ran) = slow::ring3("helper-system-store") else { return };
    let world = World::new();
    let listener = TestCa::new("listener");
    let extra = world.temp.path().join("listener.pem");
    fs::write(&extra, listener.pem()).unwrap();
    let mut command = world.command(["setup", "--extra-ca-file"]);
    command.arg(extra);
    run(command).success();
    let proxy = FakeProxy::start_tls(&world.ca, &listener);
    let scratch = world.temp.path().join("ssl");
    let line = r#"
set -e
agent=$1 scratch=$2
cp -a /etc/ssl "$scratch"
mount --bind "$scratch" /etc/ssl
mount -t tmpfs tmpfs /usr/local/share/ca-certificates
update-ca-certificates >/dev/null 2>&1
before=$(sha256sum /etc/ssl/certs/ca-certificates.crt)
ask() { curl --silent --output /dev/null --write-out '%{http_code}\n' --data '{}' \
  https://api.openai.com/v1/chat/completions || echo "curl $?"; }
unset CURL_CA_BUNDLE SSL_CERT_FILE
ask
"$agent" trust install 2>/dev/null | cut -d ' ' -f 1
ask
"$agent" trust remove 2>/dev/null | cut -d ' ' -f 1
ask
ls /usr/local/share/ca-certificates
[ "$before" = "$(sha256sum /etc/ssl/certs/ca-certificates.crt)" ] && echo as before
"#;
    let mut command = world.command(["exec", "--"]);
    command
        .arg(tools::on_path("unshare"))
        .args(["--mount", "sh", "-c", line, "sh", env!("CARGO_BIN_EXE_aibridge-agent")])
        .arg(scratch)
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .env("AIBRIDGE_PROXY_URL", proxy.url());
    let finished = run(command).success();
    let expected: Vec<&str> =
        "000,curl 60,add,add,run,200,remove,remove,run,000,curl 60,as before".split(',').collect();
    assert_eq!(finished.stdout.lines().collect::<Vec<_>>(), expected, "{finished:#?}");
}
