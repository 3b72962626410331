//! Which system's store is found by what.

use std::fs;

use tempfile::TempDir;

use super::*;

fn system(paths: &[&str]) -> TempDir {
    let root = TempDir::new().unwrap();
    for path in paths {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    root
}

#[test]
fn each_system_has_its_folder_suffix_and_command() {
    let sbin = "usr/sbin/update-ca-certificates";
    for (os, files, systems, folder, name, command) in [
        (
            "linux",
            &["etc/ca-certificates.conf", sbin, "usr/local/share/ca-certificates/.keep"][..],
            "Debian, Ubuntu",
            "usr/local/share/ca-certificates",
            ".crt",
            &["update-ca-certificates"][..],
        ),
        (
            "linux",
            &[sbin, "etc/apk/repositories"],
            "Alpine",
            "usr/local/share/ca-certificates",
            ".crt",
            &["update-ca-certificates"],
        ),
        (
            "linux",
            &["etc/pki/ca-trust/source/anchors/.keep"],
            "Fedora, RHEL and their kin",
            "etc/pki/ca-trust/source/anchors",
            ".pem",
            &["update-ca-trust", "extract"],
        ),
        (
            "linux",
            &["etc/pki/trust/anchors/.keep", sbin],
            "SUSE",
            "etc/pki/trust/anchors",
            ".pem",
            &["update-ca-certificates"],
        ),
        (
            "linux",
            &["etc/ca-certificates/trust-source/anchors/.keep"],
            "Arch",
            "etc/ca-certificates/trust-source/anchors",
            ".crt",
            &["trust", "extract-compat"],
        ),
    ] {
        let root = system(files);
        let store = Store::find(os, root.path()).unwrap();
        assert_eq!(store.systems, systems);
        assert_eq!(store.folder(root.path()), root.path().join(folder), "{systems}");
        assert!(store.file_name(&"ab".repeat(32)).ends_with(name), "{systems}");
        assert_eq!(store.update, Update::Once(command), "{systems}");
    }
}

#[test]
fn systems_with_a_command_for_each_certificate_get_its_file_and_fingerprint() {
    let root = Path::new("/");
    let file = Path::new("/anchors/a b.crt");
    for (os, add, remove) in [
        (
            "macos",
            "security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain \
             /anchors/a b.crt",
            "security delete-certificate -t -Z 00FF /Library/Keychains/System.keychain",
        ),
        ("windows", "certutil -addstore -f Root /anchors/a b.crt", "certutil -delstore Root 00FF"),
    ] {
        let store = Store::find(os, root).unwrap();
        let Update::Each { add: words, remove: other } = store.update else { panic!("{os}") };
        let line = |words| command_line(words, root, file, "00FF").join(" ");
        assert_eq!((line(words).as_str(), line(other).as_str()), (add, remove));
        assert!(command_line(words, root, file, "").contains(&"/anchors/a b.crt".to_owned()));
    }
}

#[test]
fn unknown_system_has_no_store() {
    let root = system(&["etc/NIXOS", "etc/ssl/certs/ca-bundle.crt"]);
    assert_eq!(Store::find("linux", root.path()), None);
    assert_eq!(Store::find("plan9", root.path()), None);
}

#[test]
fn trust_store_claims_only_file_names_of_this_program() {
    let root = system(&["etc/ca-certificates.conf"]);
    let store = Store::find("linux", root.path()).unwrap();
    assert!(store.is_our_name(&store.file_name(&"0a".repeat(32))));
    for other in [
        "company.crt",
        "aibridge-proxy-.crt",
        "aibridge-proxy-0a.crt",
        "aibridge-proxy-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.pem",
        "aibridge-proxy-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0z.crt",
        "my-aibridge-proxy-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a.crt",
    ] {
        assert!(!store.is_our_name(other), "{other}");
    }
}

#[test]
fn update_commands_run_under_chroot_for_another_root() {
    let line =
        command_line(&["update-ca-certificates"], Path::new("/srv/image"), Path::new(""), "");
    assert_eq!(line, ["chroot", "/srv/image", "update-ca-certificates"]);
}
