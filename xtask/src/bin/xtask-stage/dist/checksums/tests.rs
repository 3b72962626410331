//! Against the standard's own example, FIPS 180-2 appendix B.1.

use std::fs;

use super::list;

#[test]
fn checksum_list_names_every_file_in_order() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("b"), "abc").unwrap();
    fs::write(folder.path().join("a"), "").unwrap();
    assert_eq!(
        list(folder.path()).unwrap(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n\
         ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b\n"
    );
}
