//! The machine: settings, folder, key file, certificate, port, the built client.

use std::{
    fs,
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    time::Duration,
};

use kernel::{Clock, Lang, Names};
use rustls::{
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use super::Finding;
use crate::{
    http::assets,
    platform::{instance, keys::Master, paper, settings::Settings},
};

/// Below so much free space, in megabytes, somebody should look; below a tenth of it, nothing more is kept safely.
const FREE: u64 = 2_048;
/// A certificate that ends within so many days is to be renewed.
const RENEW: i64 = 21;

/// Where the settings come from, and what they say.
pub(super) fn settings(config: Option<&Path>, settings: &Settings) -> Finding {
    let from = config.map_or_else(|| "JISHI_*".to_owned(), |file| file.display().to_string());
    let (region, listen) = (&settings.region, settings.listen);
    let zone = settings.zone.iana_name().unwrap_or("UTC");
    let close = settings.close_of_business.strftime("%H:%M");
    Finding::ok(
        "settings",
        format!("{from}：地方 {region}，监听 {listen}，时区 {zone}，下班 {close}"),
        format!("{from}: place {region}, listens on {listen}, zone {zone}, close of business {close}"),
    )
}

/// The settings file that is not there.
pub(super) fn no_settings(config: Option<&Path>) -> Finding {
    let shown = config.unwrap_or_else(|| Path::new("jishi.toml")).display();
    Finding::wrong("settings", format!("没有设置文件 {shown}"), format!("there is no settings file {shown}"))
        .mend("运行 jishi init，或用 --config 给出它在哪里", "run jishi init, or say with --config where it is")
}

/// What the system refused, in words.
fn reason(error: &std::io::Error) -> Names {
    let zh = match error.kind() {
        ErrorKind::NotFound => "没有这个文件或目录",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AddrInUse => "已被别的程序占用",
        ErrorKind::AddrNotAvailable => "本机没有这个地址",
        ErrorKind::StorageFull => "磁盘已满",
        ErrorKind::ReadOnlyFilesystem => "文件系统只读",
        _ => return Names::new(error.to_string(), error.to_string()),
    };
    Names::new(zh, error.to_string())
}

/// The data folder: there, ours alone, writable, with room.
pub(super) fn folder(settings: &Settings) -> Vec<Finding> {
    let folder = &settings.data;
    let shown = folder.display();
    if !folder.is_dir() {
        return vec![
            Finding::wrong("folder", format!("没有数据目录 {shown}"), format!("there is no data folder {shown}"))
                .mend("运行 jishi init 或 jishi migrate", "run jishi init or jishi migrate"),
        ];
    }
    vec![rights(folder), room(folder)]
}

fn rights(folder: &Path) -> Finding {
    let shown = folder.display();
    let probe = folder.join(".doctor");
    if let Err(error) = fs::write(&probe, b"").and_then(|()| fs::remove_file(&probe)) {
        return Finding::wrong(
            "folder",
            format!("{shown} 不能写入：{}", reason(&error).in_lang(Lang::Zh)),
            format!("{shown} cannot be written: {error}"),
        )
        .mend("让运行平台的账号拥有这个目录（chown）", "let the account that runs the platform own it (chown)");
    }
    if is_open_to_others(folder) {
        return Finding::look(
            "folder",
            format!("{shown} 其他账号也能进入"),
            format!("{shown} is open to other accounts"),
        )
        .mend(format!("chmod 700 {shown}"), format!("chmod 700 {shown}"));
    }
    Finding::ok("folder", format!("{shown} 可写，仅本账号可进"), format!("{shown} can be written, by its owner alone"))
}

fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

fn room(folder: &Path) -> Finding {
    let Ok(disk) = rustix::fs::statvfs(folder) else {
        return Finding::look("space", "看不到剩余空间", "the free space cannot be told");
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize) >> 20;
    let (zh, en) = (format!("剩余 {free} MB"), format!("{free} MB free"));
    let mend = |finding: Finding| {
        finding.mend("清理磁盘或换大盘；备份放到别处", "make room or move to a larger disk; keep backups elsewhere")
    };
    match free {
        free if free < FREE / 10 => mend(Finding::wrong("space", zh, en)),
        free if free < FREE => mend(Finding::look("space", zh, en)),
        _ => Finding::ok("space", zh, en),
    }
}

/// The master key: there, ours alone, readable.
pub(super) fn key(settings: &Settings) -> Finding {
    if let Some(master) = &settings.master {
        let mark = master.fingerprint();
        let (zh, en) = (format!("在 JISHI_MASTER_KEY 中，标记 {mark}"), format!("in JISHI_MASTER_KEY, mark {mark}"));
        return Finding::ok("key", zh, en);
    }
    let file = instance::key_file(settings);
    let shown = file.display();
    if !file.exists() {
        return Finding::wrong("key", format!("没有主密钥 {shown}"), format!("there is no master key {shown}")).mend(
            "有旧数据：从安全的地方放回来，新的打不开旧的联系方式；新装：运行 jishi init",
            "beside old data: put it back from its safe place, a new one opens no old contact detail; a new instance: run jishi init",
        );
    }
    if let Err(error) = Master::load(&file) {
        let said = error.cause().unwrap_or_default().to_owned();
        return Finding::wrong("key", said.clone(), said)
            .mend("从备份放回原来的文件", "put the file back from its copy");
    }
    if is_open_to_others(&file) {
        return Finding::look(
            "key",
            format!("{shown} 其他账号也能读"),
            format!("{shown} can be read by other accounts"),
        )
        .mend(format!("chmod 600 {shown}"), format!("chmod 600 {shown}"));
    }
    Finding::ok("key", format!("{shown}，仅本账号可读"), format!("{shown}, readable by its owner alone"))
}

/// The certificate: readable, of this key, in date, and for whom.
pub(super) fn tls(settings: &Settings) -> Vec<Finding> {
    let Some((certificate, key)) = &settings.tls else {
        return vec![match (settings.behind_proxy, settings.listen.ip().is_loopback()) {
            (true, _) => Finding::ok("tls", "由前面的代理提供 HTTPS", "HTTPS is the proxy's in front"),
            (false, _) => Finding::look(
                "tls",
                "没有 HTTPS，只有本机能打开；手机上不能定位、不能离线",
                "no HTTPS: only this machine can open it; phones would refuse position and offline work",
            )
            .mend(
                "给 tls_certificate 和 tls_key，或放在代理后面",
                "give tls_certificate and tls_key, or put it behind a proxy",
            ),
        }];
    };
    match certified(certificate, key) {
        Ok(chain) => chain.first().map(|leaf| validity(leaf)).into_iter().collect(),
        Err(reason) => vec![
            Finding::wrong("tls", reason.clone(), reason)
                .mend("换上配套的证书和私钥（PEM）", "give a certificate and the key that belongs to it (PEM)"),
        ],
    }
}

fn certified(certificate: &Path, key: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let named = |file: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let chain = CertificateDer::pem_file_iter(certificate).map_err(|error| named(certificate, &error))?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(|error| named(certificate, &error))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| named(key, &error))?;
    CertifiedKey::from_der(chain.clone(), secret, &ring::default_provider()).map_err(|error| named(key, &error))?;
    Ok(chain)
}

fn validity(leaf: &CertificateDer<'_>) -> Finding {
    let Ok((_, certificate)) = X509Certificate::from_der(leaf) else {
        return Finding::wrong("tls", "证书读不懂", "the certificate cannot be read");
    };
    let days = (certificate.validity().not_after.timestamp() - Clock::system().now().millis() / 1_000) / 86_400;
    let names = certificate.subject_alternative_name().ok().flatten();
    let names: Vec<String> = names
        .iter()
        .flat_map(|names| &names.value.general_names)
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            _ => None,
        })
        .collect();
    let names = names.join(", ");
    let (zh, en) =
        (format!("证书给 {names}，还有 {days} 天"), format!("the certificate is for {names}, {days} days left"));
    let renew = |finding: Finding| finding.mend("换新证书后 kill -HUP 即生效", "renew it; kill -HUP takes it over");
    match days {
        days if days < 0 => renew(Finding::wrong("tls", zh, en)),
        days if days < RENEW => renew(Finding::look("tls", zh, en)),
        _ => Finding::ok("tls", zh, en),
    }
}

/// The port: free, or already ours.
pub(super) fn port(settings: &Settings) -> Finding {
    let listen = settings.listen;
    match TcpListener::bind(listen) {
        Ok(_) => Finding::ok("port", format!("{listen} 空闲"), format!("{listen} is free")),
        // Who serves TLS is not asked: the certificate need not be one that this machine trusts.
        Err(error) if error.kind() == ErrorKind::AddrInUse && settings.tls.is_some() => served(listen),
        Err(error) => match (error.kind() == ErrorKind::AddrInUse).then(|| who_serves(listen)).flatten() {
            Some((region, _)) if region == settings.region.as_str() => served(listen),
            Some((region, name)) => taken(Finding::wrong(
                "port",
                format!("{listen} 已被另一个基石实例占用：{name}（{region}）"),
                format!("{listen} is held by another instance of Jishi: {name} ({region})"),
            )),
            None => taken(Finding::wrong(
                "port",
                format!("{listen}：{}", reason(&error).in_lang(Lang::Zh)),
                format!("{listen}: {error}"),
            )),
        },
    }
}

fn served(listen: SocketAddr) -> Finding {
    Finding::ok("port", format!("{listen} 正在提供服务"), format!("{listen} is being served"))
}

fn taken(finding: Finding) -> Finding {
    finding.mend("换一个端口，或停下占用它的程序（ss -ltnp）", "take another port, or stop what holds it (ss -ltnp)")
}

/// The place and the name of the instance that listens there, if it is one.
fn who_serves(address: SocketAddr) -> Option<(String, String)> {
    let ask = || -> std::io::Result<String> {
        let wait = Duration::from_secs(2);
        let mut stream = TcpStream::connect_timeout(&address, wait)?;
        stream.set_read_timeout(Some(wait))?;
        write!(stream, "GET /api/setup HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.take(65_536).read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().ok().filter(|answer| answer.starts_with("HTTP/1.1 200"))?;
    let setup: serde_json::Value = serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()?;
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    Some((text(&setup["region"]["code"])?, text(&setup["name"]["zh"])?))
}

/// The pages inside the program.
pub(super) fn client() -> Finding {
    if assets::is_built() {
        return Finding::ok("client", "网页已编入程序", "the pages are part of the program");
    }
    Finding::wrong("client", "程序里没有网页", "the program holds no pages")
        .mend("先 make web，再重新编译程序", "run make web, then build the program again")
}

/// The fonts of printed sheets: those the program brings, and the office's own in the data folder.
pub(super) fn fonts(settings: &Settings) -> Vec<Finding> {
    let (shown, fonts) = (settings.fonts.display(), paper::fonts_of(settings));
    if fonts.is_empty() {
        return vec![
            Finding::wrong("fonts", "没有字体，不能打印单据", "there is no font: no sheet can be printed")
                .mend("先 make web，再重新编译程序", "run make web, then build the program again"),
        ];
    }
    let mut findings: Vec<Finding> = Vec::new();
    if settings.fonts != settings.data.join("fonts") && !settings.fonts.is_dir() {
        findings.push(
            Finding::look("fonts", format!("没有字体目录 {shown}"), format!("there is no folder of fonts {shown}"))
                .mend("建好目录放进字体，或改 fonts 设置", "make it and put fonts in, or change the setting `fonts`"),
        );
    }
    let faults = fonts.faults.iter().map(|fault| {
        let (file, why) = (&fault.file, &fault.why);
        let said = (
            format!("{shown}/{file}：{}", why.in_lang(Lang::Zh)),
            format!("{shown}/{file}: {}", why.in_lang(Lang::En)),
        );
        Finding::look("fonts", said.0, said.1).mend(
            "换一个 TTF、OTF 字体文件，或删去；在此之前用程序自带的字体",
            "give another TTF or OTF file, or remove it; until then the program's own is used",
        )
    });
    findings.extend(faults);
    let given = fonts.given.join(", ");
    findings.push(match given.is_empty() {
        true => Finding::ok("fonts", "打印用程序自带的字体", "sheets are printed in the program's own fonts"),
        false => Finding::ok("fonts", format!("打印先用 {given}"), format!("sheets are printed in {given} first")),
    });
    findings
}
