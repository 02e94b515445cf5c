//! What travels, compared with what the API document says of it: words, required fields, types, and nothing unsaid.
//! Every accepted request and every good answer of every test passes through here.

use std::sync::OnceLock;

use axum::http::Method;
use jishi::http;
use serde_json::{Map, Value};

fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| serde_json::to_value(http::openapi()).unwrap())
}

/// Where a request that was accepted and its answer differ from the operation they belong to.
pub fn differences(
    method: &Method,
    address: &str,
    request: Option<&Value>,
    status: u16,
    answer: Option<&Value>,
) -> Vec<String> {
    let path = address.split('?').next().unwrap_or_default();
    let mut wrong = Vec::new();
    let Some(operation) = operation(method, path) else {
        if path.starts_with("/api/") {
            wrong.push("the operation is not said".to_owned());
        }
        return wrong;
    };
    let said = &operation["responses"][status.to_string()];
    if !said.is_object() {
        wrong.push(format!("status {status} is not said"));
    }
    if let Some(request) = request {
        compare_whole(&operation["requestBody"]["content"]["application/json"]["schema"], request, "asked", &mut wrong);
    }
    if let Some(answer) = answer {
        compare_whole(&said["content"]["application/json"]["schema"], answer, "answered", &mut wrong);
    }
    wrong
}

/// The operation of an address: an exact one before one with parameters.
fn operation(method: &Method, path: &str) -> Option<&'static Value> {
    let fits = |template: &str| {
        let (mut parts, mut words) = (template.split('/'), path.split('/'));
        loop {
            match (parts.next(), words.next()) {
                (None, None) => return true,
                (Some(part), Some(word)) if part == word || part.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    let paths = document()["paths"].as_object().unwrap();
    let method = method.as_str().to_lowercase();
    let mut found: Vec<&String> = paths.keys().filter(|template| fits(template)).collect();
    found.sort_by_key(|template| template.matches('{').count());
    found.into_iter().find_map(|template| paths[template].get(&method))
}

fn resolved(schema: &Value) -> &Value {
    let Some(name) = schema["$ref"].as_str() else { return schema };
    &document()["components"]["schemas"][name.rsplit('/').next().unwrap_or_default()]
}

/// Compares, and looks for fields the schema does not know.
fn compare_whole(schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let schema = resolved(schema);
    compare(schema, value, at, wrong);
    if let (Some(fields), Some(known)) = (value.as_object(), properties(schema)) {
        for name in fields.keys().filter(|name| !known.contains_key(*name)) {
            wrong.push(format!("{at}.{name} is not said"));
        }
    }
}

/// The fields of an object, with those of the objects it extends; none where it may have any.
fn properties(schema: &Value) -> Option<Map<String, Value>> {
    let schema = resolved(schema);
    let mut all = schema["properties"].as_object().cloned().unwrap_or_default();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        all.extend(properties(part)?);
    }
    (!all.is_empty()).then_some(all)
}

fn compare(schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let schema = resolved(schema);
    if let Some(choices) = schema["oneOf"].as_array() {
        one_of(choices, value, at, wrong);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        compare(part, value, at, wrong);
    }
    if !is_of_type(&schema["type"], value) {
        wrong.push(format!("{at} is {value}, not {}", schema["type"]));
        return;
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        wrong.push(format!("{at} is {value}, not one of {}", schema["enum"]));
    }
    for item in value.as_array().into_iter().flatten() {
        compare_whole(&schema["items"], item, &format!("{at}[]"), wrong);
    }
    let Some(fields) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            wrong.push(format!("{at}.{name} is missing"));
        }
    }
    for (name, field) in fields {
        let at = format!("{at}.{name}");
        if let Some(said) = schema["properties"].get(name) {
            compare_whole(said, field, &at, wrong);
        } else if schema["additionalProperties"].is_object() {
            compare_whole(&schema["additionalProperties"], field, &at, wrong);
            compare(&schema["propertyNames"], &Value::from(name.as_str()), &at, wrong);
        }
    }
}

/// One choice must fit without a mistake; else the mistakes of the one that says most.
fn one_of(choices: &[Value], value: &Value, at: &str, wrong: &mut Vec<String>) {
    let mut mistakes = Vec::new();
    for choice in choices {
        let mut here = Vec::new();
        compare_whole(choice, value, at, &mut here);
        if here.is_empty() {
            return;
        }
        mistakes.push(here);
    }
    wrong.extend(mistakes.into_iter().next().unwrap_or_default());
}

fn is_of_type(kinds: &Value, value: &Value) -> bool {
    let fits = |kind: &Value| match kind.as_str().unwrap_or_default() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    match kinds {
        Value::Array(kinds) => kinds.iter().any(fits),
        kind => fits(kind),
    }
}
