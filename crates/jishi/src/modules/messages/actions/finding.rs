//! Codes sent to a telephone that was left: whoever has one proves that they hold it. 找回回执: whoever lost their receipt gets
//! further ones for their reports. Nobody learns from the answers which numbers are known here.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Lang, RegionCode, Result};

use super::{
    super::{
        model::{CodeFor, GatewayKind, Message, News, Recipient},
        rules,
        store::{self, NewMessage},
        texts::Params,
    },
    send::{Secret, secret_context, send_due},
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, FoundAgain},
        contacts,
    },
    platform::{
        idempotency::{self, Key},
        keys::hex,
        masking,
    },
};

/// Reports found again at once.
const FOUND_MAX: i64 = 50;

/// What came of asking for a code.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Seconds until another may be asked for.
    pub again_in: i64,
    /// The code itself, shown only by the demonstration, which sends nothing.
    pub shown: Option<String>,
}

/// Reports found again, each with a receipt that opens it.
#[derive(Debug)]
pub struct Found {
    /// The receipt, 16 digits.
    pub receipt: String,
    /// The case.
    pub case: FoundAgain,
}

/// Whether codes can be sent here: there is a gateway of short messages for the whole instance, or it is the
/// demonstration, which shows them.
///
/// # Errors
/// `internal` when the database fails.
pub async fn can_find(app: &App) -> Result<bool> {
    let gateways = store::gateways_unscoped(&mut app.db.read().await?).await?;
    Ok(app.settings.is_demo || rules::nearest(&gateways, GatewayKind::Sms, &app.settings.region).is_some())
}

/// Sends a code to a telephone, if it is known here; the answer is the same if it is not.
///
/// # Errors
/// `bad_phone`; `rate_limited`; `no_messages` when nothing can be sent here.
pub async fn ask_code(app: &SharedApp, phone: &str, code_for: CodeFor, lang: Lang, key: Key) -> Result<Asked> {
    let phone = masking::telephone(phone).ok_or_else(|| Error::field("phone", Code::BadPhone))?;
    if !can_find(app).await? {
        return Err(Error::new(Code::NoMessages));
    }
    let (code, digits) = make_code(app, &phone, code_for, &key);
    // The connection goes back before another is asked for: who holds one and waits for one lets many at once stand still.
    let known = contacts::reports_of_phone_unscoped(&mut app.db.read().await?, app, &phone, 1).await?;
    let message = if known.is_empty() { None } else { carrying(app, &phone, (&digits, code_for), lang).await? };
    let now = app.now();
    app.db
        .write(async move |mut tx: Tx| {
            if idempotency::claim(&mut tx, &key, "asked", now).await?.is_some() {
                return Ok(());
            }
            let made = store::codes_since(&mut tx, &code.phone, now.plus_hours(-24)).await?;
            // Two at once see each other here: the second waits for the first, and then it has come too soon.
            let is_second = idempotency::claim(&mut tx, &this_minute(&code.phone, now), "asked", now).await?.is_some();
            let wait = rules::wait_for_code(&made, now).or(is_second.then_some(rules::CODE_EVERY_SECONDS));
            if let Some(wait) = wait {
                return Err(Error::new(Code::RateLimited).with("seconds", wait));
            }
            store::insert_code(&mut tx, &code, now).await?;
            match message {
                Some(message) => store::insert(&mut tx, message).await,
                None => Ok(()),
            }
        })
        .await?;
    // A code is waited for; the next round would send it as well, should this one fail.
    let sending = SharedApp::clone(app);
    tokio::spawn(async move {
        if let Err(error) = send_due(&sending).await {
            tracing::error!(%error, "a code could not be sent at once");
        }
    });
    Ok(Asked { again_in: rules::CODE_EVERY_SECONDS, shown: app.settings.is_demo.then_some(digits) })
}

/// A code that only we can tell from the telephone and the operation: repeated, the operation makes the same.
fn make_code(app: &App, phone: &str, code_for: CodeFor, key: &Key) -> (store::Code, String) {
    let mark = app.keys.ticket(&format!("receipt-code {phone} {}", key.key));
    let digits = digits_of(&mark, 6);
    let now = app.now();
    let code = store::Code {
        id: Id::new(now, &app.chance),
        phone: app.keys.lookup("receipt-code", phone),
        code: compared(app, phone, &digits, code_for),
        expires_at: now.plus_seconds(rules::CODE_MINUTES * 60),
    };
    (code, digits)
}

/// What a code is kept as: worth nothing for another telephone, nor for anything else than it was sent for.
fn compared(app: &App, phone: &str, digits: &str, code_for: CodeFor) -> Vec<u8> {
    app.keys.lookup(&format!("{} {phone}", code_for.as_str()), digits)
}

/// The operation of which there is one in a minute for a telephone.
fn this_minute(phone: &[u8], now: Instant) -> Key {
    let minute = now.millis() / (rules::CODE_EVERY_SECONDS * 1_000);
    Key { actor: hex(phone), operation: "receipt_codes.minute", key: minute.to_string(), body_hash: Vec::new() }
}

async fn carrying(
    app: &App,
    phone: &str,
    (digits, code_for): (&str, CodeFor),
    lang: Lang,
) -> Result<Option<NewMessage>> {
    let gateways = store::gateways_unscoped(&mut app.db.read().await?).await?;
    let region: RegionCode = app.settings.region.clone();
    let Some(gateway) = rules::nearest(&gateways, GatewayKind::Sms, &region) else { return Ok(None) };
    let now = app.now();
    let id: Id<Message> = Id::new(now, &app.chance);
    let secret = Secret { phone: Some(phone.to_owned()), code: digits.to_owned(), code_for };
    let secret = serde_json::to_string(&secret).map_err(Error::internal)?;
    Ok(Some(NewMessage {
        id,
        news: News::Code,
        once: format!("code {id}"),
        gateway: gateway.id,
        to: Recipient::Phone,
        case: None,
        params: serde_json::to_value(Params { lang, ..Params::default() }).map_err(Error::internal)?,
        sealed: Some(app.keys.seal(&app.chance, &secret_context(id), &secret)?),
        region,
        at: now,
        send_at: now,
    }))
}

/// Opens the reports of a telephone to whoever has its code. Repeated within its minutes, it gives the same receipts.
///
/// # Errors
/// `wrong_code` for a wrong code, an old one, one tried too often, and for a telephone that is not known here.
pub async fn open_code(app: &SharedApp, phone: &str, digits: &str) -> Result<Vec<Found>> {
    let phone = masking::telephone(phone).ok_or_else(|| Error::field("phone", Code::BadPhone))?;
    let code = prove(app, &phone, digits, CodeFor::Receipts).await?;
    let mut db = app.db.read().await?;
    let reports = contacts::reports_of_phone_unscoped(&mut db, app, &phone, FOUND_MAX).await?;
    drop(db);
    let receipt = |report| (report, digits_of(&app.keys.ticket(&format!("receipt {code} {report}")), 16));
    let receipts: Vec<_> = reports.into_iter().map(receipt).collect();
    let found = cases::find_again(app, &receipts).await?;
    Ok(found.into_iter().map(|(receipt, case)| Found { receipt, case }).collect())
}

/// Takes the code of a telephone as the proof that whoever types it holds the telephone. Repeated within its minutes, it proves
/// so again.
///
/// # Errors
/// `wrong_code` for a wrong code, one sent for something else, an old one, one tried too often, and for a telephone that is not
/// known here.
pub async fn prove(app: &SharedApp, phone: &str, digits: &str, code_for: CodeFor) -> Result<Id<store::Code>> {
    let (id, given) = (app.keys.lookup("receipt-code", phone), compared(app, phone, digits.trim(), code_for));
    let now = app.now();
    let code = app
        .db
        .write(async move |mut tx: Tx| {
            let taken = store::take_try(&mut tx, &id, now, rules::CODE_TRIES).await?;
            let Some(code) = taken.filter(|code| code.code == given) else { return Ok(None) };
            store::give_try_back(&mut tx, code.id).await?;
            Ok(Some(code.id))
        })
        .await?;
    code.ok_or_else(|| Error::field("code", Code::WrongCode))
}

/// So many digits, 16 at most, out of a mark that only we can make.
fn digits_of(mark: &str, count: u32) -> String {
    let number = u64::from_str_radix(mark.get(..16).unwrap_or_default(), 16).unwrap_or_default();
    let width = usize::try_from(count).unwrap_or_default();
    format!("{:0width$}", number % 10_u64.pow(count))
}
