//! The instance's settings: one TOML file, then environment variables, all mistakes told at once.

use std::{env, net::SocketAddr, path::PathBuf};

use jiff::{civil::Time, tz::TimeZone};
use kernel::{Names, RegionCode};
use serde::Deserialize;

use super::keys::{Master, Suite};

/// Settings, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of everything kept on disk: the SQLite file, photos, the key.
    pub data: PathBuf,
    /// Folder of the office's own fonts for printed sheets; `fonts` in `data` where nothing is said.
    pub fonts: PathBuf,
    /// The file of the master key; `master.key` in `data` where nothing is said.
    pub key_file: PathBuf,
    /// The master key from `JISHI_MASTER_KEY`, where it is in no file.
    pub master: Option<Master>,
    /// 密码套件: which ciphers new keys and signatures are made with.
    pub suite: Suite,
    /// `sqlite:..` or `postgres://..`; by default a file in `data`.
    pub database: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address people open, e.g. `https://jishi.example.gov.cn`: written into what leaves the platform.
    pub public_address: Option<String>,
    /// The instance's name.
    pub name: Names,
    /// The place this instance serves.
    pub region: RegionCode,
    /// Its time zone.
    pub zone: TimeZone,
    /// 下班时间: when the last day of a deadline ends.
    pub close_of_business: Time,
    /// TLS certificate and key, as PEM files.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// True when a trusted proxy in front speaks TLS and tells the client's address.
    pub behind_proxy: bool,
    /// Addresses of raster map tiles the deployer may use, and their attribution.
    pub tiles: Option<(String, String)>,
    /// Under which licence the open data may be used, in words; none says only that the source is to be named.
    pub open_data_licence: Option<String>,
    /// True only when started by `jishi demo`.
    pub is_demo: bool,
    /// Whether one address may ask only so much in a minute. Always so but in the demo, in tests and under load tests,
    /// where everything comes from one address.
    pub limits: bool,
}

/// The file as written; unknown keys are mistakes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    fonts: Option<PathBuf>,
    key_file: Option<PathBuf>,
    suite: Option<String>,
    database: Option<String>,
    listen: Option<String>,
    public_address: Option<String>,
    name: Option<Names>,
    region: Option<String>,
    time_zone: Option<String>,
    close_of_business: Option<String>,
    tls_certificate: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    behind_proxy: Option<bool>,
    map_tiles: Option<String>,
    map_attribution: Option<String>,
    open_data_licence: Option<String>,
}

impl Settings {
    /// Settings with only the data folder and the place given; used by the demo and by tests.
    pub fn in_folder(data: PathBuf, region: RegionCode) -> Self {
        Self {
            fonts: data.join("fonts"),
            key_file: data.join("master.key"),
            master: None,
            suite: Suite::default(),
            database: format!("sqlite:{}", data.join("jishi.db").display()),
            data,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            public_address: None,
            name: Names::new("基石", "Jishi"),
            region,
            zone: TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC),
            close_of_business: Time::constant(18, 0, 0, 0),
            tls: None,
            behind_proxy: false,
            tiles: None,
            open_data_licence: None,
            is_demo: false,
            limits: false,
        }
    }

    /// Reads `file` if given, then `JISHI_*` variables over it.
    ///
    /// # Errors
    /// Every mistake, each as one sentence that names its place and its mend.
    pub fn read(file: Option<&std::path::Path>) -> Result<Self, Vec<String>> {
        let mut mistakes = Vec::new();
        let named =
            |path: &std::path::Path, error: &dyn std::fmt::Display| vec![format!("{}: {error}", path.display())];
        // Of a file that cannot be read, what it would have said is no second mistake.
        let raw = match file {
            None => File::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| named(path, &error))?;
                toml::from_str(&text).map_err(|error| named(path, &error))?
            }
        };
        let mut settings = check(with_environment(raw, &mut mistakes), &mut mistakes);
        // A secret has no place in a file of settings, which is copied and shown around.
        if let Ok(text) = env::var("JISHI_MASTER_KEY") {
            settings.master = Master::parse(&text);
            if settings.master.is_none() {
                mistakes
                    .push("JISHI_MASTER_KEY: give 64 hexadecimal digits, as `jishi keys create` makes them".to_owned());
            }
        }
        if mistakes.is_empty() { Ok(settings) } else { Err(mistakes) }
    }
}

fn with_environment(mut raw: File, mistakes: &mut Vec<String>) -> File {
    let var = |name: &str| env::var(format!("JISHI_{name}")).ok();
    raw.data = var("DATA").map(PathBuf::from).or(raw.data);
    raw.fonts = var("FONTS").map(PathBuf::from).or(raw.fonts);
    raw.key_file = var("KEY_FILE").map(PathBuf::from).or(raw.key_file);
    raw.suite = var("SUITE").or(raw.suite);
    raw.database = var("DATABASE").or(raw.database);
    raw.listen = var("LISTEN").or(raw.listen);
    raw.public_address = var("PUBLIC_ADDRESS").or(raw.public_address);
    raw.name = var("NAME").map(Names::zh_only).or(raw.name);
    raw.region = var("REGION").or(raw.region);
    raw.time_zone = var("TIME_ZONE").or(raw.time_zone);
    raw.close_of_business = var("CLOSE_OF_BUSINESS").or(raw.close_of_business);
    raw.tls_certificate = var("TLS_CERTIFICATE").map(PathBuf::from).or(raw.tls_certificate);
    raw.tls_key = var("TLS_KEY").map(PathBuf::from).or(raw.tls_key);
    raw.map_tiles = var("MAP_TILES").or(raw.map_tiles);
    raw.map_attribution = var("MAP_ATTRIBUTION").or(raw.map_attribution);
    raw.open_data_licence = var("OPEN_DATA_LICENCE").or(raw.open_data_licence);
    match var("BEHIND_PROXY").as_deref() {
        Some("true") => raw.behind_proxy = Some(true),
        Some("false") => raw.behind_proxy = Some(false),
        Some(other) => mistakes.push(format!("JISHI_BEHIND_PROXY is {other:?}; write true or false")),
        None => {}
    }
    raw
}

fn check(raw: File, mistakes: &mut Vec<String>) -> Settings {
    let data = raw.data.unwrap_or_else(|| PathBuf::from("data"));
    let region = RegionCode::parse(raw.region.as_deref().unwrap_or_default());
    if region.is_err() {
        mistakes.push(
            "region: give the division code of the place this instance serves, e.g. region = \"1404\"".to_owned(),
        );
    }
    let placeholder = RegionCode::parse("11");
    let Some(region) = region.or(placeholder).ok() else { unreachable!("a two-digit code parses") };
    let mut settings = Settings::in_folder(data, region);
    if let Some(fonts) = raw.fonts {
        settings.fonts = fonts;
    }
    if let Some(file) = raw.key_file {
        settings.key_file = file;
    }
    if let Some(text) = raw.suite {
        match Suite::parse(text.trim()) {
            Some(suite) => settings.suite = suite,
            None => mistakes.push(format!(
                "suite: {text:?} is none; write \"standard\" (AES-256-GCM, Ed25519) or \"sm\" (SM4-GCM, SM2 beside Ed25519)"
            )),
        }
    }
    if let Some(text) = raw.listen {
        match text.parse() {
            Ok(address) => settings.listen = address,
            Err(_) => mistakes.push(format!("listen: {text:?} is not an address with a port, e.g. \"127.0.0.1:8080\"")),
        }
    }
    settings.public_address = raw.public_address.map(|address| address.trim_end_matches('/').to_owned());
    if settings.public_address.as_ref().is_some_and(|address| !address.starts_with("http")) {
        mistakes.push("public_address: write it as people open it, e.g. \"https://jishi.example.gov.cn\"".to_owned());
    }
    if let Some(text) = raw.time_zone {
        match TimeZone::get(&text) {
            Ok(zone) => settings.zone = zone,
            Err(_) => {
                mistakes.push(format!("time_zone: {text:?} is not a zone of the IANA list, e.g. \"Asia/Shanghai\""))
            }
        }
    }
    if let Some(text) = raw.close_of_business {
        match text.parse() {
            Ok(time) => settings.close_of_business = time,
            Err(_) => mistakes.push(format!("close_of_business: {text:?} is not a time of day, e.g. \"18:00\"")),
        }
    }
    if let Some(url) = raw.database {
        if !url.starts_with("sqlite:") && !url.starts_with("postgres") {
            mistakes.push("database: begin it with sqlite: or postgres://".to_owned());
        }
        settings.database = url;
    }
    settings.tls = match (raw.tls_certificate, raw.tls_key) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => {
            mistakes.push("tls_certificate and tls_key: give both or neither".to_owned());
            None
        }
    };
    settings.behind_proxy = raw.behind_proxy.unwrap_or(false);
    if settings.tls.is_none() && !settings.behind_proxy && !settings.listen.ip().is_loopback() {
        mistakes.push(
            "listen: on an address others can reach, give tls_certificate and tls_key, or set behind_proxy = true"
                .to_owned(),
        );
    }
    settings.limits = true;
    settings.tiles = raw.map_tiles.map(|tiles| (tiles, raw.map_attribution.unwrap_or_default()));
    settings.open_data_licence = raw.open_data_licence.filter(|licence| !licence.trim().is_empty());
    if let Some(name) = raw.name {
        settings.name = name;
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_told_at_once() {
        let raw = File {
            region: Some("x".into()),
            listen: Some("0.0.0.0".into()),
            time_zone: Some("Mars".into()),
            close_of_business: Some("25:00".into()),
            tls_key: Some("k".into()),
            suite: Some("rot13".into()),
            ..File::default()
        };
        let mut mistakes = Vec::new();
        check(raw, &mut mistakes);
        assert_eq!(mistakes.len(), 6, "{mistakes:?}");
    }

    #[test]
    fn an_open_address_needs_tls() {
        let raw = File { region: Some("1404".into()), listen: Some("0.0.0.0:80".into()), ..File::default() };
        let mut mistakes = Vec::new();
        check(raw, &mut mistakes);
        assert_eq!(mistakes.len(), 1);
    }
}
