//! What can go wrong, as stable codes, each with a Chinese and an English sentence that says what to do next. One table, long as
//! it is: a code is looked for here before a new one is made.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Names;

/// The result of anything that can be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A reader's language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 中文, the default
    #[default]
    Zh,
    /// English
    En,
}

impl Lang {
    /// Its tag, as in `Accept-Language` and in [`Names`].
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The first of our languages in an `Accept-Language` header.
    pub fn from_header(header: &str) -> Self {
        header
            .split(',')
            .find_map(|part| match part.trim().get(..2)? {
                "zh" => Some(Self::Zh),
                "en" => Some(Self::En),
                _ => None,
            })
            .unwrap_or_default()
    }
}

/// Declares every code once: variant, stable name, HTTP status, Chinese sentence, English sentence. `{word}` is filled from the parameters.
macro_rules! codes {
    ($($variant:ident $name:literal $status:literal $zh:literal $en:literal;)*) => {
        /// A stable code of a refusal; its sentences are what a person reads.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $en] $variant,)* }

        impl Code {
            /// All codes, for the documentation and its test.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name sent to clients.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The HTTP status it is answered with.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// The sentence for a reader, with `{word}` where a parameter goes.
            pub fn sentence(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$variant, Lang::Zh) => $zh, (Self::$variant, Lang::En) => $en,)* }
            }
        }
    };
}

codes! {
    Internal "internal" 500 "系统内部出错，内容没有保存。请稍后重试；编号 {id} 可供管理员查找原因。" "Something broke on our side and nothing was saved. Please try again; number {id} helps the administrator find the cause.";
    NotSaved "not_saved" 503 "数据库没有确认保存，本次操作未生效。请稍后重试。" "The database did not confirm the write, so nothing took effect. Please try again shortly.";
    Busy "busy" 503 "系统繁忙，请稍后重试。" "The system is busy. Please try again shortly.";
    NotFound "not_found" 404 "没有找到，或者您无权查看。" "Not found, or not yours to see.";
    Unauthenticated "unauthenticated" 401 "请先登录。" "Please log in first.";
    Forbidden "forbidden" 403 "您的岗位没有这项权限（{permission}）。" "Your post does not have this permission ({permission}).";
    PasswordChangeNeeded "password_change_needed" 403 "首次登录请先修改密码。" "Please change your first password before anything else.";
    RateLimited "rate_limited" 429 "操作太频繁，请 {seconds} 秒后再试。" "Too many requests. Please try again in {seconds} seconds.";
    CrossSite "cross_site" 403 "请求来自其他网站，已拒绝。" "This request came from another site and was refused.";
    BadRequest "bad_request" 400 "请求的格式不对：{detail}" "The request is not well formed: {detail}";
    UnknownParameter "unknown_parameter" 400 "这个地址没有“{value}”这个条件。可以用：{choices}。" "This address takes no \"{value}\". It takes: {choices}.";
    OtherPerson "other_person" 409 "这是另一个人写下的，等本人登录后再发送。" "Somebody else wrote this; it is sent when they log in.";
    CallBackNotYours "call_back_not_yours" 403 "谁记下的谁才能撤销。" "Only whoever wrote it down can take it back.";
    CallBackActedOn "call_back_acted_on" 409 "之后已经有人接着办了，不能撤销。请在工单里写明情况。" "Somebody has acted on it since, so it cannot be taken back. Say in the case how it is.";
    CallBackUndoLate "call_back_undo_late" 409 "记下超过 {minutes} 分钟，不能撤销。请在工单里写明情况。" "More than {minutes} minutes have passed, so it cannot be taken back. Say in the case how it is.";
    PayloadTooLarge "payload_too_large" 413 "内容太大，最多 {max}。" "Too large; at most {max}.";
    UnsupportedMedia "unsupported_media" 415 "不支持这种内容类型。" "This content type is not supported.";
    MethodNotAllowed "method_not_allowed" 405 "这个地址不支持该操作。" "This address does not support that method.";
    Invalid "invalid" 422 "有内容需要修改，请看标出的地方。" "Something needs mending; see the marked fields.";
    IdempotencyKeyMissing "idempotency_key_missing" 400 "缺少 Idempotency-Key 请求头（8 至 100 个字符）。" "The Idempotency-Key header is missing (8 to 100 characters).";
    IdempotencyMismatch "idempotency_mismatch" 409 "同一个操作编号已用于另一份内容。请刷新后重新提交。" "This operation key was already used for other content. Refresh and submit again.";

    Required "required" 422 "请填写此项。" "Please fill this in.";
    TooLong "too_long" 422 "最多 {max} 个字。" "At most {max} characters.";
    TooShort "too_short" 422 "至少 {min} 个字。" "At least {min} characters.";
    OutOfRange "out_of_range" 422 "应在 {min} 与 {max} 之间。" "Must be between {min} and {max}.";
    BadFormat "bad_format" 422 "格式不对，应为{expected}。" "Wrong format; expected {expected}.";
    ForbiddenCharacter "forbidden_character" 422 "含有不能保存的字符。" "Contains a character that cannot be stored.";
    UnknownValue "unknown_value" 422 "“{value}”不在可选范围内。" "\"{value}\" is not one of the choices.";
    UnknownColumn "unknown_column" 422 "没有“{value}”这一列，请不要改动列名。" "There is no column \"{value}\"; please keep the headings.";
    MissingColumn "missing_column" 422 "缺少“{value}”这一列。" "The column \"{value}\" is missing.";
    GivenToOther "given_to_other" 422 "“{value}”在第 {line} 行已经给了{name}；一个用户名只能是一个人。" "\"{value}\" is {name}'s in row {line}; a log-in name is one person's.";
    SameAsLine "same_as_line" 422 "与第 {line} 行的“{value}”相同，内容却不同，请核对。" "\"{value}\" stands in row {line} too, with other content; please check.";
    NotBroughtYet "not_brought_yet" 422 "“{value}”还没有写入，请系统管理员先导入。" "\"{value}\" is not there yet; the system administrator brings it in first.";
    Duplicate "duplicate" 422 "“{value}”已经存在。" "\"{value}\" already exists.";
    BadRegionCode "bad_region_code" 422 "区划代码应为 2、4、6、9、12、15 或 17 位数字。" "A region code has 2, 4, 6, 9, 12, 15 or 17 digits.";
    UnknownRegion "unknown_region" 422 "没有这个地方，请重新选择。" "There is no such place; please choose again.";
    PlaceTooWide "place_too_wide" 422 "请选到县（市、区）或更小的地方。" "Choose a county or a smaller place.";
    UnknownName "unknown_name" 422 "没有找到“{value}”，请核对名称，或填写代码。" "There is no \"{value}\"; check the name, or write the code.";
    UnknownStaff "unknown_staff" 422 "没有找到“{value}”：请在“人员”表里给他（她）加一行（岗位可以不填），或核对写法。" "There is no \"{value}\": add a line for them on the sheet \"Staff\" (its post may stay empty), or check how the name is written.";
    UnknownRole "unknown_role" 422 "没有岗位“{value}”。可以填：{choices}。" "There is no post \"{value}\". There are: {choices}.";
    UnknownNameNear "unknown_name_near" 422 "没有找到“{value}”，相近的有：{choices}。请改成其中一个。" "There is no \"{value}\"; like it there are {choices}. Write one of them.";
    NamedElsewhere "named_elsewhere" 422 "{within}没有“{value}”，{choices}才有，请核对。" "There is no \"{value}\" in {within}, but in {choices}; please check.";
    Ambiguous "ambiguous" 422 "有 {count} 个“{value}”，请写明是哪一个：{choices}。" "There are {count} called \"{value}\"; say which: {choices}.";
    UnknownSlot "unknown_slot" 422 "“{slot}”不能自动填写；可以用的有：{choices}。" "\"{slot}\" cannot be filled in; there are {choices}.";
    UnknownMatter "unknown_matter" 422 "目录中没有这个事项，请重新选择。" "The catalogue has no such matter; please choose again.";
    UnknownUnit "unknown_unit" 422 "没有这个单位，请重新选择。" "There is no such unit; please choose again.";
    UnknownDuty "unknown_duty" 422 "目录中没有职责“{value}”。可以填：{choices}。" "The catalogue has no duty \"{value}\". There are: {choices}.";
    UnknownPerson "unknown_person" 422 "没有这个人员，请重新选择。" "There is no such person; please choose again.";
    BadCursor "bad_cursor" 422 "翻页标记无效，请从第一页开始。" "The page mark is not valid; start from the first page.";
    BadPhone "bad_phone" 422 "电话号码不对，请填写 11 位手机号或带区号的固定电话。" "Not a telephone number; give 11 digits of a mobile, or a landline with its area code.";
    OutsidePlace "outside_place" 422 "该位置不在{place}范围内，请重新选择。" "That point lies outside {place}; please choose again.";
    PlaceHasChildren "place_has_children" 409 "它下面还有 {count} 个地方，请先处理它们。" "There are still {count} places in it; see to them first.";
    PlaceHasPlaces "place_has_places" 422 "{place}下面还有更小的地方，不能划分或合并，请先处理它们。" "There are still places in {place}, so it cannot be split or joined; see to them first.";
    NotDrawnHere "not_drawn_here" 422 "这里不能画：县（区）画乡镇，乡镇画村（社区），村（社区）画网格，网格画微网格。" "This is not drawn here: a county's townships are, a township's villages, a village's grids and a grid's micro grids.";
    TooManyCases "too_many_cases" 409 "这次会移动 {count} 件以上未办结的工单，请分几次重划。" "This would move more than {count} open cases; redraw in several steps.";
    ColumnUnclear "column_unclear" 422 "看不出哪一列写着地方的代码或名称，请选择。" "It cannot be told which column has the places' codes or names; please choose it.";
    OtherCoordinates "other_coordinates" 422 "坐标系是“{found}”，不能直接导入。请在绘图软件中另存为 CGCS2000 经纬度（EPSG:4490）后再导入。" "The coordinate system is \"{found}\", which cannot be brought in. Save it as CGCS2000 in degrees (EPSG:4490) in the program it was drawn with.";
    NoLand "no_land" 422 "这类社区没有自己的地界，不能设边界。" "A community of this kind has no land of its own and so no boundary.";
    BadGeometry "bad_geometry" 422 "边界不对：{flaw}。" "The boundary is not right: {flaw}.";
    RegionHasGaps "region_has_gaps" 422 "上级地方 {parent} 不存在，或已经撤销。" "The place above it, {parent}, does not exist or has ended.";

    PhotoNotReadable "photo_not_readable" 422 "这不是可以识别的照片（支持 JPEG、PNG、WebP）。" "This is not a photo we can read (JPEG, PNG or WebP).";
    PhotoTooLarge "photo_too_large" 413 "照片超过 {max}，请选小一点的。" "The photo is larger than {max}; please choose a smaller one.";
    PhotoUnknown "photo_unknown" 422 "有照片没有上传成功，请重新添加。" "A photo did not arrive; please add it again.";
    TooManyPhotos "too_many_photos" 422 "最多 {max} 张照片。" "At most {max} photos.";

    BadCredentials "bad_credentials" 401 "登录名或密码不对。" "Wrong login name or password.";
    CodeNeeded "code_needed" 401 "请输入动态验证码。" "Please enter the code from your authenticator.";
    BadCode "bad_code" 401 "动态验证码不对或已过期。" "The code is wrong or has expired.";
    Locked "locked" 429 "连续输错，账号已锁定，请 {minutes} 分钟后再试或联系安全管理员。" "Too many wrong tries; the account is locked. Try again in {minutes} minutes or ask the security administrator.";
    WeakPassword "weak_password" 422 "密码至少 10 位，且不能太常见，也不能包含登录名。" "A password needs at least 10 characters, must not be common and must not contain the login name.";
    SamePassword "same_password" 422 "新密码不能与旧密码相同。" "The new password must differ from the old one.";
    TotpAlreadyOn "totp_already_on" 409 "动态验证码已启用。" "The second factor is already on.";
    LastAdministrator "last_administrator" 409 "这是最后一位{role}，请先任命另一位。" "This is the last {role}; appoint another first.";
    SeparatedDuties "separated_duties" 409 "系统、安全、审计三类管理员不能由同一人担任。" "One person may not hold two of the system, security and audit administrator roles.";
    PostEnded "post_ended" 409 "该岗位已经结束。" "This post has already ended.";
    RecordChanged "record_changed" 409 "这条记录刚刚被别人改过，请刷新后再改。" "Someone has just changed this record. Refresh and change it again.";
    NotAlike "not_alike" 422 "请选本单位同岗位的同事；由其他岗位代理的，请找安全管理员。" "Please choose a colleague of your unit with the same post; for anyone else ask the security administrator.";
    DeputyDiffers "deputy_differs" 422 "代理岗位的角色、地方和单位须与被代理的岗位一致，且不能代理另一个代理岗位。" "A deputy has the role, place and unit of the post stood in for, and cannot stand in for another deputy.";
    ImportInUse "import_in_use" 409 "这次导入的内容已在使用，不能撤销：{uses}。" "What this import brought is in use and it cannot be undone: {uses}.";
    ImportUndone "import_undone" 409 "这次导入已经撤销。" "This import was undone already.";
    RedrawingInUse "redrawing_in_use" 409 "这次重划不能撤回：{uses}。" "This redrawing cannot be taken back: {uses}.";
    RedrawingTakenBack "redrawing_taken_back" 409 "这次重划已经撤回。" "This redrawing was taken back already.";
    OrderDiffers "order_differs" 409 "来源编号 {number} 已经在这里，内容与这次不同；以先到的为准，补充的内容请写备注。" "Number {number} of that source is here already with other content. What came first stands; add what is new as a remark.";
    KeyEnded "key_ended" 401 "这个密钥不对，或已经停用。请向系统管理员要新的。" "This key is not right, or has been ended. Ask the system administrator for a new one.";
    NothingToHandBack "nothing_to_hand_back" 409 "没有可以交回的答复：都已交回，或者还没有办出结果。" "There is no answer to hand back: all have gone back, or have no result yet.";
    KeyShown "key_shown" 409 "这个密钥已经生成并显示过一次，不能再看。如果没有记下，请停用它，另外生成一个。" "This key was made and shown once already. If it was not noted down, end it and make another.";
    ColumnsMissing "columns_missing" 422 "文件里没有找到这些列：{columns}。请在下面为它们选择列名。" "These columns were not found in the file: {columns}. Choose their headings below.";
    UnitInUse "unit_in_use" 409 "还有 {count} 人在这个单位任职，请先结束他们的岗位。" "{count} people still hold posts in this unit; end those posts first.";
    HasOpenWork "has_open_work" 409 "此人还有 {count} 件未办结的工作，请先指定接手人。" "This person still has {count} open cases; name who takes them over.";

    BadReceipt "bad_receipt" 401 "回执码不对，请核对 16 位数字。" "That receipt is not right; check its 16 digits.";
    ReceiptTaken "receipt_taken" 409 "这个回执码已被使用，请重新生成。" "This receipt is already in use; make a new one.";
    CaseChanged "case_changed" 409 "{who}刚刚（{at}）已对这件事做了“{what}”。请看最新情况再决定。" "{who} has just ({at}) done \"{what}\" on this case. Look at it again before you decide.";
    WrongStatus "wrong_status" 409 "这件事现在是“{status}”，不能做这一步。" "This case is now \"{status}\"; this step is not possible.";
    NotYourUnit "not_your_unit" 403 "这件事不是派给您单位的。" "This case is not assigned to your unit.";
    ReturnedAlready "returned_already" 409 "这件事贵单位已退回过，或已提过异议，不能再退。" "Your unit has returned this case or disputed it already and cannot return it again.";
    SupervisorDecides "supervisor_decides" 409 "这件事已转手 {count} 次，改由上级裁定：请乡镇（街道）领导或县（区）办公室指定承办单位。" "This case changed hands {count} times; now a superior decides: the township's leader or the county office names the unit.";
    PleaOpen "plea_open" 409 "同类申请还没有答复，请等裁定，或先撤回。" "The same was asked for and is not decided yet; wait for the decision, or withdraw it first.";
    PleaOnce "plea_once" 409 "同一件事只能申请 {max} 次。" "This can be asked for {max} times in one case.";
    PleaTooLate "plea_too_late" 409 "期限已过，不能再申请延期或中止；请先办理，并说明情况。" "The deadline has passed, so no more time can be asked for; do the work and explain.";
    OwnDuty "own_duty" 422 "这是本单位自己的职责，不能作为异议的依据；请选认为应当承办的那一项。" "That is your own unit's duty; choose the duty that you think the case falls under.";
    PleaNotNow "plea_not_now" 409 "这件事现在是“{status}”，不能申请{kind}。" "This case is now \"{status}\"; {kind} cannot be asked for.";
    PleaDecided "plea_decided" 409 "这项申请已经有了结果：{state}。" "This was decided already: {state}.";
    SupervisedAlready "supervised_already" 409 "这件事已经在督办，可以调整督办要求或等级。" "This case is under supervision already; change what is asked, or its grade.";
    SupervisionOver "supervision_over" 409 "这项督办已经解除。" "This supervision is over.";
    NotTheImposer "not_the_imposer" 403 "谁督办谁解除：请由提出督办的人处理。" "Whoever imposed a supervision releases it.";
    GradeOnlyRises "grade_only_rises" 422 "督办等级只升不降；可以解除督办。" "A grade only rises; the supervision can be released.";
    NotTheArbiter "not_the_arbiter" 403 "这项申请不能由您裁定：{why}。" "This is not yours to decide: {why}.";
    ReasonNeeded "reason_needed" 422 "改动系统建议需要写明理由。" "A change of the proposal needs a reason.";
    ReopenTooLate "reopen_too_late" 409 "办结已超过 30 天，请重新反映，原编号可写在内容中。" "It was closed more than 30 days ago; please report anew and mention the old number.";
    NotInHand "not_in_hand" 409 "工单 {number} 现在没有单位在办，不能催办，也不能出具交办单。" "Case {number} is in no unit's hands now: there is nobody to remind, and no assignment to print.";
    NotReminded "not_reminded" 409 "工单 {number} 还没有催办过，先催办再打印催办单。" "Case {number} has had no reminder yet; send one first, then print it.";
    NoFont "no_font" 503 "程序里没有字体，不能打印。请管理员运行 jishi doctor。" "The program holds no font and cannot print. Ask the administrator to run jishi doctor.";
    NoPlaceToReopen "no_place_to_reopen" 409 "这次没有说明在哪里，不能重开。需要办理请重新反映，并写明地点。" "This one never said where, so it cannot be reopened. Please report anew and say where it is.";
    VerdictGiven "verdict_given" 409 "您已经评价过这次办理结果。" "You have already given your verdict on this result.";
    NothingAsked "nothing_asked" 409 "目前没有需要您回答的问题。" "There is no open question for you to answer.";
    OwnWork "own_work" 403 "经办人不能核实自己办理的事项。" "Whoever handled a case may not verify it.";
    OwnUnitWork "own_unit_work" 403 "承办、协办单位和同一个办公室的人不回访自己的事项，由上一级或村（社区）回访。" "Units that worked on a case, and the office they belong to, do not ask about it themselves; the level above or the village does.";
    AboutRatings "about_ratings" 422 "与诉求人说话不谈评价，请去掉“{word}”再发。评价由诉求人自己决定。" "Ratings are not to be talked about with residents; please leave out \"{word}\". The rating is theirs alone.";
    CallTooSoon "call_too_soon" 409 "两次联系要隔开，不在同一天。{until} 以后再联系。" "Attempts are spread over different days. Try again after {until}.";
    CallsSpent "calls_spent" 409 "已经联系过 {count} 次，不再打扰这位诉求人。" "There were {count} attempts already; this resident is not bothered again.";
    VisitsSpent "visits_spent" 409 "已经上门 {count} 次，不再上门；还可以打电话。" "There were {count} visits already; there is no further one. The telephone is still possible.";
    LeaveAlone "leave_alone" 409 "诉求人说过不要再联系，这件事不再打电话、不再上门，也不发链接。" "This resident asked not to be contacted about this case: no calls, no visits, no links.";
    WrongNumber "wrong_number" 409 "留下的号码不是诉求人的，不再拨打；可以上门。" "The number that was left is not the resident's and is not called again; a visit is possible.";
    NoNumberLeft "no_number_left" 409 "诉求人没有留电话，请上门，或等诉求人凭回执评价。" "The resident left no telephone number. Visit them, or wait for their word by receipt.";
    CallBackOver "call_back_over" 409 "这条回访已经结束：{state}。" "This call-back is over: {state}.";
    NoLinkHere "no_link_here" 409 "这里还没有开通短信，发不出链接。请打电话或上门。" "Short messages are not set up here, so no link can be sent. Please call or visit.";
    LinkSent "link_sent" 409 "链接已经发过，{until} 前有效，不重复发。" "A link was sent already and is valid until {until}; it is not sent twice.";
    BadLink "bad_link" 401 "这个链接不对、已经用过，或者过期了。您还可以凭回执评价。" "This link is wrong, was used already, or has expired. You can still give your verdict with your receipt.";
    RecheckOver "recheck_over" 409 "这条复核已经到了下一步：{state}。" "This re-check has gone on: {state}.";
    AnswerTooLate "answer_too_late" 409 "说明的期限已过，由县（区）认定。" "The time to answer is over; the county decides.";
    UnitNotHeard "unit_not_heard" 409 "办理单位还可以说明，等它说明或者期限过了再认定。" "The unit may still answer. Decide once it has, or its time is over.";
    HonestResult "honest_result" 409 "单位如实说了办不了，不作虚假办结认定。" "The unit said honestly that it cannot be solved; that is no false result.";
    UnsettleTooLate "unsettle_too_late" 409 "当场办结已超过 {minutes} 分钟，不能撤销；还有问题请另行上报。" "It was settled more than {minutes} minutes ago and can no longer be taken back; report what is left anew.";
    PersonalInView "personal_in_view" 422 "常用视图里不能留电话、证件号或者姓名，请从条件和名称里去掉。" "A kept view holds no telephone, identity number or name: take it out of its filters and its name.";
    PersonalInRegister "personal_in_register" 422 "台账只记东西和地方，请去掉电话或证件号码。" "The register is about things and places: take out the telephone or identity number.";
    ConflictOfInterest "conflict_of_interest" 403 "这件反映的是您所在的单位，请回避。" "This case is about your own unit: you take no part in it.";
    UnitItIsAbout "unit_it_is_about" 422 "这件反映的就是这个单位，不能由它办理，请换一个。" "The case is about this unit, so it cannot be given to it; choose another.";
    ConfidentialReport "confidential_report" 403 "这是保密件，承办单位不看联系方式。请用“询问诉求人”，或请派单中心代为联系。" "This report is confidential: who handles it does not see contact details. Ask the resident through the platform, or let the desk ask for you.";
    NotForGrid "not_for_grid" 409 "这类事项不能由网格当场办结，请上报。" "A grid may not settle this kind of matter on the spot; pass it on.";
    NoUnitFound "no_unit_found" 422 "这个地方没有可以承办的单位，请手工选择。" "No unit here can take this; choose one by hand.";
    OneByOne "one_by_one" 409 "这件被退回过，请看过退回的理由再单独派单。" "A unit sent this one back: read why, then dispatch it by itself.";
    SameCase "same_case" 422 "不能并入自身或已办结的事项。" "A case cannot be merged into itself or into a closed one.";
    NoExportMark "no_export_mark" 422 "这个文件里读不出导出编号：不是从本平台导出的，或者用表格软件另存过，或者行数太少。可以看文件名或“导出说明”里的编号。" "No number can be read from this file: it was not exported here, a spreadsheet saved it anew, or it has too few rows. Its name or the sheet About this export may tell the number.";
    AboutAnotherUnit "about_another_unit" 422 "两件反映的单位不同，不能并案。" "The two are about different units, so they cannot be one case.";
    SplitTooLate "split_too_late" 409 "已经提交过办理结果，不能再拆单。请让诉求人评价后重开，或另行登记。" "A result was filed already, so this case can no longer be split. Let the resident give their verdict, or enter it anew.";
    LeaveOne "leave_one" 422 "至少留一件诉求在原工单里；只想改事项或地点的，请用“改事项”“改地点”。" "At least one report has to stay; to correct matter or place only, change those.";
    PublicMattersOnly "public_matters_only" 409 "这类事项不公开，不能附议，请单独反映。" "This kind of matter is not public and cannot be joined; please report it separately.";

    ShareMoved "share_moved" 409 "这项分工现在是“{state}”，不能做这一步。" "This share of the work is now \"{state}\"; this step is not possible.";
    ShareTaken "share_taken" 422 "这个单位已经有一项没有完成的分工。" "This unit has an unfinished share of the work already.";
    ShareDue "share_due" 422 "期限要在现在以后，不晚于{latest}。" "The deadline must lie ahead, and be no later than {latest}.";
    ShareLead "share_lead" 422 "主办单位不能给自己分工。" "The lead cannot give itself a share.";
    DeclinedAlready "declined_already" 409 "您单位已经退回过一次分工，不能再退。有异议请与主办单位商议。" "Your unit has declined a share of this case once already. If you disagree, settle it with the lead.";
    DeclineTooLate "decline_too_late" 409 "退回的时限（{until}）已过。做不了的，请与主办单位商议，由其收回。" "The time to decline it ended at {until}. If it cannot be done, ask the lead to take it back.";
    SharesOpen "shares_open" 422 "还有分工没有答复：{units}。等它们答复，或写明为什么不等。" "Shares of the work are not answered yet: {units}. Wait for them, or say why not.";
    TooManyNotes "too_many_notes" 409 "这个链接已经记了 {max} 次进展，不能再记。做完了请提交答复。" "This link has taken {max} notes of progress already. When the work is done, please file the answer.";
    LinkShown "link_shown" 409 "这个链接已经生成并显示过一次，不能再看。没有发出去的，请收回，另做一个。" "This link was made and shown once already. If it did not reach anyone, take it back and make another.";
    LinkOver "link_over" 401 "这个链接不对，或者已经到期、收回。请向给您链接的单位要新的。" "This link is not right, or it has expired or was taken back. Ask the unit that gave it to you for a new one.";

    ResidentsWords "residents_words" 422 "“{found}”是诉求人的原话。摘要请用自己的话写，只说什么事、办得怎么样。" "\"{found}\" is the resident's own wording. Write the summary in your own words: what it was about, and what became of it.";
    PersonalInSummary "personal_in_summary" 422 "里面有“{found}”，像是电话、证件号、姓名或门牌。公开前请去掉。" "It has \"{found}\" in it, which looks like a telephone number, a document, a name or a door. Take it out before it is public.";
    NotPublic "not_public" 409 "这类事项按规定不逐件公开，不需要写公开摘要。" "Matters of this kind are not public one by one, so there is no summary to write.";
    NotAnsweredYet "not_answered_yet" 409 "还没有办理结果，提交结果以后再写公开摘要。" "There is no result yet; write the summary once one is filed.";
    NothingPublic "nothing_public" 409 "现在没有公开的摘要，不用撤下。" "No summary is public now, so there is nothing to take down.";

    NoMessages "no_messages" 409 "这里还没有开通短信，不能用手机号找回。请拨打服务热线或到服务窗口查询。" "Short messages are not set up here, so receipts cannot be found by telephone. Please call the service line or ask at a service window.";
    WrongCode "wrong_code" 422 "验证码不对或已过期，请核对，或重新获取。" "The code is wrong or has expired; check it, or ask for another.";
    DetailsKept "details_kept" 409 "事情还没有办完，或者还有回访、复核、申请、督办、调解、执法没有结束，现在只能删除电话；结束以后可以全部删除。" "The matter is still open, or a call-back, re-check, request, supervision, mediation or case of enforcement is not over: only the telephone can be erased now, everything once it is over.";
    MessageNotFailed "message_not_failed" 409 "只有没能发出、或正等着重试的消息才能重发，验证码除外。" "Only a message that could not be sent, or waits for its next try, can be sent again, and a code never.";

    ItemEnded "item_ended" 409 "这件东西已经停用，不能再改。需要的话请先恢复。" "This thing has ended and cannot be changed. Take its end back first, if need be.";
    NoSign "no_sign" 409 "这一类东西不设标牌：扫码的人看不到它。" "Things of this kind carry no signs: the public does not see them.";
    NotOfKind "not_of_kind" 422 "“{kind}”没有“{column}”这一项，请清空这一格，或核对类别。" "A {kind} has no \"{column}\"; empty this cell or check the kind.";
    ItemElsewhere "item_elsewhere" 422 "这件东西和工单不在同一个县（区），不能关联。" "The thing and the case are not in the same county and cannot be linked.";
    PatrolTooWide "patrol_too_wide" 422 "请选到乡镇（街道）或更小的地方。" "Choose a township or a smaller place.";
    PhoneIsPrivate "phone_is_private" 422 "这里填办公电话，不要填个人手机号。" "Give the telephone of the office, not somebody's own mobile.";
    DoorNamesPerson "door_names_person" 422 "写门上的号，例如“3 号楼 2 单元 301”；不要写人名和电话。" "Write the number at the door, e.g. \"building 3, entrance 2, 301\"; no names and no telephone.";
    NotLinkedThere "not_linked_there" 422 "这位干部不包联这个地方，请选他包联的村（社区）里的地方。" "This cadre is not linked to that place; choose one in the village they are linked to.";
    WordsNamePerson "words_name_person" 422 "这里所有人都看得到，不要写人名、电话和证件号。" "Everyone reads this: no names, telephones or documents of people.";
    CommunityNeeded "community_needed" 422 "请选到村或社区。" "Choose a village or community.";
    NoUnit "no_unit" 422 "您的岗位没有单位，请以个人报到。" "Your post is in no unit; register as yourself.";
    RegisteredAlready "registered_already" 422 "已经向这个社区报到过了，可以在清单里修改。" "That is registered with this community already; change it in the list.";
    NeighbourStands "neighbour_stands" 409 "这一步已经有人做过，或者现在还不能做，请看最新的状态。" "Somebody has taken this step, or it is not its turn; look at where it stands now.";
    ObjectedAlready "objected_already" 409 "对这一次查看您已经提出过异议，答复会显示在它下面。" "You have objected to this opening already; the answer will stand below it.";
    ObjectionAnswered "objection_answered" 409 "这条异议已经答复，答复不能更改。" "This objection has been answered; an answer stays as it is.";
    OwnOpening "own_opening" 403 "这次查看是您本人或您单位的，请回避，由上级的安全管理员答复。" "This opening is your own or your unit's: you take no part in it. The security administrator above answers.";
    VisitTooWide "visit_too_wide" 422 "请选到乡镇（街道）或更小的地方。" "Choose a township or a smaller place.";
    VisitTooLate "visit_too_late" 409 "写下已超过 {hours} 小时，不能再改或撤回。" "It was written more than {hours} hours ago and can no longer be changed or taken back.";
    VisitIsCase "visit_is_case" 409 "需要解决的事已经转成工单，请在工单里补充。" "What is needed is a case by now; add to it there.";
    VisitNoNeed "visit_no_need" 409 "这次走访没有写需要解决什么，不能转成工单。" "This visit names nothing that is needed, so there is no case to make.";
    VisitForgotten "visit_forgotten" 409 "保存期已过，见到谁、说了什么已经删除。" "It has been kept long enough: whom they met and what was said is deleted.";
    WhistleStatus "whistle_status" 409 "这次吹哨现在是“{status}”，不能做这一步。" "This whistle is now \"{status}\"; this step is not possible.";
    WhistleTooWide "whistle_too_wide" 422 "吹哨的地点请选到乡镇（街道）或更小的地方。" "Choose a township or a smaller place for the whistle.";
    WhistlePast "whistle_past" 422 "时间太早：集合不能早于现在，办理时限不能早于集合。" "Too early: they cannot meet before now, nor a part be due before they meet.";
    WhistleLead "whistle_lead" 422 "牵头单位请选被吹哨的单位之一，或您自己的单位。" "Choose one of the units called, or your own, to lead.";
    WhistleTwice "whistle_twice" 422 "这个单位已经在名单里了。" "This unit is on the list already.";
    WhistleOwn "whistle_own" 403 "不能评价自己的单位。" "Nobody rates their own unit.";
    WhistleArrived "whistle_arrived" 409 "已经记下到场，不用再记。" "The arrival is on record already.";
    WhistleNow "whistle_now" 422 "单位自己只能记“现在到场”；更早到的，请乡镇（街道）补记。" "A unit says only that it is there now; if it was there earlier, the township can say so.";
    WhistleThen "whistle_then" 422 "到场时间要在吹哨之后、现在之前。" "The arrival lies between the call and now.";
    PatrolEnded "patrol_ended" 409 "这张巡查清单已经停用。" "This patrol list is over.";
    ItemNotListed "item_not_listed" 422 "这件东西不在这张巡查清单里，请刷新清单。" "This thing is not on this list; refresh the list.";
    FileTooLong "file_too_long" 422 "一个文件最多 {max} 行，请分成几个文件。" "One file may have at most {max} rows; please split it.";
    ExportTooLong "export_too_long" 422 "超过 {max} 行，放不进一个工作簿。请改下 CSV，或缩小范围。" "More than {max} rows do not fit a workbook. Download CSV instead, or narrow the list.";
    TooManyItems "too_many_items" 409 "这次会移动 {count} 件以上台账条目，请分几次重划。" "This would move more than {count} things of the register; redraw in several steps.";

    ItemNotDelegated "item_not_delegated" 422 "这一天，这个地方没有这项赋权事项，不能检查或立案（行政处罚法第二十四条）。请核对事项清单。" "On that day this item was not delegated to this place (Administrative Penalty Law, article 24). Look at the list of items.";
    TwoOfficers "two_officers" 422 "执法人员不得少于两人，请选另一位同事（行政处罚法第四十二条）。" "There must be two different officers (Administrative Penalty Law, article 42); choose a colleague.";
    NoCertificate "no_certificate" 422 "{name}在 {day} 没有有效的执法证件或不在本地执法岗位，不能执法（行政处罚法第四十二条）。" "On {day} {name} had no valid certificate or no enforcement post here (Administrative Penalty Law, article 42).";
    NotCaseOfficer "not_case_officer" 403 "这一步由本案的两名执法人员办理。" "This step belongs to the two officers of the case.";
    OwnReview "own_review" 403 "本案执法人员不能审核、决定自己办的案件，审核人也不能自己决定。" "Officers neither review nor decide their own case, and whoever reviewed it does not decide it.";
    RecordIncomplete "record_incomplete" 409 "案卷还缺：{missing}。补齐后再送审、再决定（行政处罚法第四十七条、第五十九条）。" "The record still lacks: {missing}. Complete it before the review and the decision (Administrative Penalty Law, articles 47 and 59).";
    NoticeRunning "notice_running" 409 "陈述、申辩（听证）期限到 {until} 为止；当事人已经陈述或书面放弃的，先登记（行政处罚法第四十四条、第四十五条）。" "The party may speak until {until}. If it has spoken or waived this in writing, enter that first (Administrative Penalty Law, articles 44 and 45).";
    HearingOpen "hearing_open" 409 "当事人要求听证，听证还没有举行（行政处罚法第六十三条）。" "The party asked for a hearing, which has not been held yet (Administrative Penalty Law, article 63).";
    HeavierThanTold "heavier_than_told" 409 "决定不能比告知的更重，告知的是{told}。要加重的，退回重新告知（行政处罚法第四十四条、第四十五条）。" "A decision may not be heavier than what the party was told ({told}); give notice again first (Administrative Penalty Law, articles 44 and 45).";
    HearingTooEarly "hearing_too_early" 422 "听证的时间、地点要在七日（工作日）前通知当事人，最早 {day} 举行（行政处罚法第六十四条、第八十五条）。" "The party is told of time and place seven working days before a hearing: {day} at the earliest (Administrative Penalty Law, articles 64 and 85).";
    UnsettleSpoken "unsettle_spoken" 409 "群众已经评价过，当场办结不能再撤销。" "The resident has spoken about it: the settling cannot be taken back any more.";
    TopicAnew "topic_anew" 409 "同一件事后来又列为课题，这个决定撤不回去了。" "The same was proposed again meanwhile: this decision cannot be taken back.";
    NotDueYet "not_due_yet" 409 "履行期限到 {until} 才满。" "The party still has until {until}.";
    NotUrged "not_urged" 422 "申请法院强制执行前要先催告当事人（行政强制法第五十四条）。" "Urge the party before the court is asked (Administrative Compulsion Law, article 54).";
    NoPublicity "no_publicity" 409 "这份决定不需要公示，或者已经公示、撤回。" "This decision is not for publication, or it has been published or withdrawn already.";
    CheckFiled "check_filed" 409 "这次检查已经立案、复查或作废。" "A case was filed from this check already, or it was checked again or struck.";
    CheckElsewhere "check_elsewhere" 422 "检查、工单和案件要在同一个乡镇（街道）。" "Check, report and case must lie in the same township.";
    PersonalInRecord "personal_in_record" 422 "里面有“{found}”，像是电话或证件号。请填到当事人信息里（加密保存），不要写进文字。" "It has \"{found}\" in it, which looks like a telephone number or a document. Keep it with the party's details, which are encrypted, not in the words.";

    CatalogChanged "catalog_changed" 409 "{who}刚刚放入了第 {version} 版，请看过再改。" "{who} has just brought in version {version}. Look at it before you change it.";
    CatalogInvalid "catalog_invalid" 422 "目录文件有 {count} 处错误，没有生效。" "The catalogue file has {count} mistakes and did not take effect.";
    TooManyRows "too_many_rows" 422 "一个文件最多新增 {max} 位，请分成几个文件。" "One file may bring at most {max} new people; please split it.";
    ImportInvalid "import_invalid" 422 "导入文件有 {count} 处错误，没有写入任何内容。" "The import has {count} mistakes; nothing was written.";

    DisputeStep "dispute_step" 409 "纠纷 {number} 现在不能做这一步。请刷新后看它到了哪一步。" "Dispute {number} is not at that point now. Refresh to see where it stands.";
    ConsentNeeded "consent_needed" 422 "调解须双方自愿，请确认双方都已同意（人民调解法第三条）。" "Mediation needs the consent of both sides; please confirm that both gave it.";
    DeclarationNeeded "declaration_needed" 422 "请先由调解员声明：不是任何一方的近亲属、同事，与纠纷没有利害关系。" "The mediator must first declare to be neither a relative nor a colleague of a side.";
    TwoSides "two_sides" 422 "双方各至少填写一名当事人。" "Each side needs at least one party.";
    NotAMediator "not_a_mediator" 422 "这个人不是本地的人民调解员，请重新选择。" "That person is no mediator for this place; please choose another.";
    NoCentre "no_centre" 422 "这个地方没有承担“调解”职责的综治中心或调委会，请先在单位资料里设定。" "No centre or committee with the duty of mediation answers for this place; set one under units first.";
    DisputeNoLonger "dispute_no_longer" 422 "延长后的期限应晚于现在的期限。" "The new end must be later than the present one.";
    DisputeItemsOpen "dispute_items_open" 409 "还有履行事项没有登记结果，登记后再结案。" "Some items are still open; say first whether they were kept.";
    DisputeNotVisited "dispute_not_visited" 409 "结案前请登记一次回访（人民调解法第三十一条）。" "Note a visit back before it is closed: performance is looked after.";
    ConfirmationOver "confirmation_over" 409 "司法确认应在协议生效之日起三十日内共同申请（人民调解法第三十三条），已于 {day} 到期。" "Confirmation is asked for jointly within thirty days of the agreement's effect; that ended on {day}.";
    NoAgreementYet "no_agreement_yet" 409 "纠纷 {number} 还没有可打印的协议或调解记录。" "Dispute {number} has no agreement and no record to print yet.";
    HearingPast "hearing_past" 422 "调解会的时间已经过去，请选以后的时间。" "That time is past; choose a later one.";
    HearingLength "hearing_length" 422 "结束时间应晚于开始时间至少 15 分钟，一次不超过 {max} 小时。" "The end must be at least 15 minutes after the beginning, {max} hours at most.";
    HearingAhead "hearing_ahead" 422 "调解会还没有开始，开过以后再登记记录。" "The hearing has not begun; record it afterwards.";
    HearingSettled "hearing_settled" 409 "这次调解会已经登记过结果。请刷新查看。" "What became of this hearing has been recorded. Refresh to see it.";
    RoomTaken "room_taken" 422 "{name}在 {span} 已有安排，请换时间或换调解室。" "{name} is taken {span}; choose another time or room.";
    MediatorTaken "mediator_taken" 422 "调解员在 {span} 已有调解会，请换时间。" "The mediator has a hearing {span}; choose another time.";
    BeforeBeginning "before_beginning" 422 "结束不能早于开始。" "The end must not be before the beginning.";
    TopicStep "topic_step" 409 "这个课题现在不能做这一步，或者不归您决定。请刷新后看它到了哪一步。" "This topic is not at that point now, or it is not yours to decide. Refresh to see where it stands.";
    MonthTaken "month_taken" 422 "{value} 已经定了：{topic}。要换，请先在那个课题上取消“每月一题”。" "{value} has one already: {topic}. To change it, first take the month from that topic.";
    OwnerSeesNothing "owner_sees_nothing" 422 "这位同志的岗位看不到工单，请换一位责任人。" "This person's post sees no cases; choose somebody else to answer for it.";
}

/// One field that needs mending.
#[derive(Clone, Debug)]
pub struct FieldError {
    /// The field's path in the request, e.g. `contact.phone`.
    pub field: String,
    /// What is wrong with it.
    pub code: Code,
    /// What its sentence is filled with.
    pub params: Vec<(&'static str, Param)>,
}

/// A value put into a sentence.
#[derive(Clone, Debug)]
pub enum Param {
    /// The same in every language.
    Text(String),
    /// A name, read in the reader's language.
    Names(Names),
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Param {
    fn from(number: i64) -> Self {
        Self::Text(number.to_string())
    }
}
impl From<Names> for Param {
    fn from(names: Names) -> Self {
        Self::Names(names)
    }
}

/// A refusal or a failure: a code, what its sentence is filled with, the fields that need mending, and a cause for the log only.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    code: Code,
    params: Vec<(&'static str, Param)>,
    fields: Vec<FieldError>,
    cause: Option<String>,
}

impl Error {
    /// A refusal with this code.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Inner { code, params: Vec::new(), fields: Vec::new(), cause: None }))
    }

    /// A field that needs mending.
    pub fn field(field: impl Into<String>, code: Code) -> Self {
        let mut error = Self::new(Code::Invalid);
        error.0.fields.push(FieldError { field: field.into(), code, params: Vec::new() });
        error
    }

    /// Fields that need mending, found one by one.
    pub fn of_fields(fields: Vec<FieldError>) -> Self {
        let mut error = Self::new(Code::Invalid);
        error.0.fields = fields;
        error
    }

    /// A failure of ours: the cause goes to the log, never to the client.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::new(Code::Internal).because(cause)
    }

    /// Adds the cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.0.cause = Some(cause.to_string());
        self
    }

    /// Fills `{word}`: of the last field if there is one, of the sentence otherwise.
    #[must_use]
    pub fn with(mut self, word: &'static str, value: impl Into<Param>) -> Self {
        let params = self.0.fields.last_mut().map_or(&mut self.0.params, |field| &mut field.params);
        params.push((word, value.into()));
        self
    }

    /// Adds the fields of another refusal, so that a form's mistakes are told all at once.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.fields.extend(other.0.fields);
        self
    }

    /// Puts the fields of this refusal under `prefix.`, for a part of a larger request.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        for field in &mut self.0.fields {
            field.field = format!("{prefix}.{}", field.field);
        }
        self
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The fields that need mending.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// The cause, for the log.
    pub fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref()
    }

    /// The sentence for a reader.
    pub fn sentence(&self, lang: Lang) -> String {
        fill(self.0.code, &self.0.params, lang)
    }
}

impl FieldError {
    /// The sentence to stand next to the field.
    pub fn sentence(&self, lang: Lang) -> String {
        fill(self.code, &self.params, lang)
    }
}

fn fill(code: Code, params: &[(&'static str, Param)], lang: Lang) -> String {
    params.iter().fold(code.sentence(lang).to_owned(), |text, (word, value)| {
        let value = match value {
            Param::Text(text) => text.as_str(),
            Param::Names(names) => names.in_lang(lang),
        };
        text.replace(&format!("{{{word}}}"), value)
    })
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.as_str(), self.sentence(Lang::En))?;
        for field in &self.0.fields {
            write!(f, "; {}: {}", field.field, field.sentence(Lang::En))?;
        }
        self.0.cause.as_ref().map_or(Ok(()), |cause| write!(f, " [{cause}]"))
    }
}
impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn words(text: &str) -> HashSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    #[test]
    fn every_code_has_its_own_name_and_says_the_same_in_both_languages() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let (zh, en) = (code.sentence(Lang::Zh), code.sentence(Lang::En));
            assert_eq!(words(zh), words(en), "{}", code.as_str());
            assert!(zh.chars().any(|c| c > '\u{2E80}') && en.is_ascii(), "{}", code.as_str());
        }
    }

    #[test]
    fn a_parameter_goes_to_the_last_field_and_in_the_readers_language() {
        let error = Error::field("text", Code::TooLong).with("max", 2000);
        assert_eq!(error.fields()[0].sentence(Lang::Zh), "最多 2000 个字。");
        let error = Error::new(Code::CaseChanged).with("who", Names::new("城管局", "Urban management"));
        assert!(error.sentence(Lang::En).starts_with("Urban management has just"));
    }

    #[test]
    fn the_readers_language_is_the_first_of_ours() {
        assert_eq!(Lang::from_header("fr, en-GB;q=0.8, zh;q=0.5"), Lang::En);
        assert_eq!(Lang::from_header("语"), Lang::Zh);
    }
}
