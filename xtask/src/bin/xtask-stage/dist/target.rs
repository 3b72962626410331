//! The platforms of a release.

use clap::ValueEnum;

/// One platform, with its name in plugin registries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Target {
    DarwinAmd64,
    DarwinArm64,
    LinuxAmd64,
    LinuxArm64,
    #[value(name = "linux_armv7")]
    LinuxArmv7,
    WindowsAmd64,
}

impl Target {
    /// What a release holds for the machine that this runs on, if it does.
    pub(super) fn of_this_machine() -> Option<Self> {
        match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "x86_64") => Some(Self::LinuxAmd64),
            ("linux", "aarch64") => Some(Self::LinuxArm64),
            ("linux", "arm") => Some(Self::LinuxArmv7),
            ("macos", "x86_64") => Some(Self::DarwinAmd64),
            ("macos", "aarch64") => Some(Self::DarwinArm64),
            _ => None,
        }
    }

    /// `linux_amd64`: in the names of files and variables. Registries know
    /// 32-bit ARM as `arm`; see [`Self::registry_platform`].
    pub(crate) fn platform(self) -> &'static str {
        match self {
            Self::DarwinAmd64 => "darwin_amd64",
            Self::DarwinArm64 => "darwin_arm64",
            Self::LinuxAmd64 => "linux_amd64",
            Self::LinuxArm64 => "linux_arm64",
            Self::LinuxArmv7 => "linux_armv7",
            Self::WindowsAmd64 => "windows_amd64",
        }
    }

    /// The platform in the name of a provider's archive: Go's names, in which every
    /// 32-bit ARM is `arm`.
    pub(super) fn registry_platform(self) -> &'static str {
        match self {
            Self::LinuxArmv7 => "linux_arm",
            other => other.platform(),
        }
    }

    /// Rust's name of it. Linux is static, so that one binary runs in every image.
    pub(super) fn triple(self) -> &'static str {
        match self {
            Self::DarwinAmd64 => "x86_64-apple-darwin",
            Self::DarwinArm64 => "aarch64-apple-darwin",
            Self::LinuxAmd64 => "x86_64-unknown-linux-musl",
            Self::LinuxArm64 => "aarch64-unknown-linux-musl",
            Self::LinuxArmv7 => "armv7-unknown-linux-musleabihf",
            Self::WindowsAmd64 => "x86_64-pc-windows-gnu",
        }
    }

    /// The operating system that can link it, as in `std::env::consts::OS`.
    pub(super) fn host(self) -> &'static str {
        match self {
            Self::DarwinAmd64 | Self::DarwinArm64 => "macos",
            Self::LinuxAmd64 | Self::LinuxArm64 | Self::LinuxArmv7 | Self::WindowsAmd64 => "linux",
        }
    }

    /// Whether the helper is there too: it stands on Unix's files and signals.
    pub(super) fn has_helper(self) -> bool {
        self != Self::WindowsAmd64
    }

    /// The ending of a program's name.
    pub(super) fn exe(self) -> &'static str {
        if self == Self::WindowsAmd64 { ".exe" } else { "" }
    }
}
