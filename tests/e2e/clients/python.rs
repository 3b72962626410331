//! The libraries that Python tools use; pip.

use std::fs;

use testkit::process::run;
use testkit::{slow, tools};

use super::world::{ANSWER, Client, URL, World};

const URLLIB: &str = "import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1], timeout=20).read().decode())";
const REQUESTS: &str = "import sys, requests
print(requests.get(sys.argv[1], timeout=20).text)";
const HTTPX: &str = "import sys, httpx
print(httpx.get(sys.argv[1], timeout=20).text)";

/// Makes a wheel of one module.
const WHEEL: &str = r#"
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    wheel.writestr("demo.py", "value = 1\n")
    info = "demo-1.0.dist-info/"
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    files = ["demo.py"] + [info + it for it in ("METADATA", "WHEEL", "RECORD")]
    wheel.writestr(info + "RECORD", "".join(f"{it},,\n" for it in files))
"#;

#[test]
fn python_verifies_the_leaf_under_exec_only() {
    let Some(_marker) = slow::ring3("clients-python") else { return };
    let world = World::start();
    let program = tools::python_clients();
    for (name, code) in [("urllib", URLLIB), ("requests", REQUESTS), ("httpx", HTTPX)] {
        let client = Client { name, program: &program, args: &["-c", code, URL] };
        world.check(&client, "/v1/models", ANSWER);
    }
}

#[test]
fn pip_verifies_the_leaf_under_exec_only() {
    let Some(_marker) = slow::ring3("clients-pip") else { return };
    let world = World::start();
    let program = tools::python_clients();
    const NAME: &str = "demo-1.0-py3-none-any.whl";
    let mut make = world.command(&program);
    make.args(["-c", WHEEL]).arg(world.path(NAME));
    run(make).success();
    let wheel = fs::read(world.path(NAME)).expect("the wheel");
    world.origin.serve(&format!("/files/{NAME}"), "application/zip", wheel);
    let index = format!("<html><body><a href=\"/files/{NAME}\">{NAME}</a></body></html>");
    world.origin.serve("/simple/demo/", "text/html", index);
    let target = world.path("installed").display().to_string();
    let index = "--index-url=https://pypi.example.com/simple/";
    let args = ["-m", "pip", "install", "--no-cache-dir", "--retries=0", index, "--target"];
    let args = [&args[..], &[&target, "demo"]].concat();
    let pip = Client { name: "pip install", program: &program, args: &args };
    world.check(&pip, "/simple/demo/", "Successfully installed demo-1.0");
    assert!(world.path("installed/demo.py").exists());
}
