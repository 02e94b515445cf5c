//! What an address may be asked: the parameters that its operation names in the API document, and no others.
//!
//! A filter with a slip in its name would otherwise be passed over, and the answer to a narrow question would be everything.
//! Whoever builds on open data would print it. The document is the one list of them, so that no operation can be forgotten.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{MatchedPath, Query, Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Code, Error, Names};
use utoipa::openapi::{
    OpenApi, RefOr,
    path::{Parameter, ParameterIn},
};

use super::problem::Refusal;

/// The names that each operation's query may have, by method and path.
#[derive(Clone, Debug)]
pub struct Named(Arc<HashMap<(Method, String), Vec<String>>>);

impl Named {
    /// As the document says.
    pub fn of(document: &OpenApi) -> Self {
        let mut known = HashMap::new();
        for (path, item) in &document.paths.paths {
            let operations = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            for (method, operation) in operations {
                let Some(operation) = operation else { continue };
                let name = |parameter: &RefOr<Parameter>| match parameter {
                    RefOr::T(one) => Some(one.name.clone()).filter(|_| one.parameter_in == ParameterIn::Query),
                    RefOr::Ref(_) => None,
                };
                let named = operation.parameters.iter().flatten().filter_map(name).collect();
                known.insert((method, path.clone()), named);
            }
        }
        Self(Arc::new(known))
    }

    /// Refuses the first name that the operation does not know, with those it knows. What no document speaks of is let pass.
    fn check(&self, method: &Method, path: &str, asked: &[(String, String)]) -> Result<(), Error> {
        let method = if method == Method::HEAD { Method::GET } else { method.clone() };
        let Some(named) = self.0.get(&(method, path.to_owned())) else { return Ok(()) };
        let Some((unknown, _)) = asked.iter().find(|(name, _)| !named.contains(name)) else { return Ok(()) };
        /// As much of a name as is told.
        const TOLD: usize = 40;
        let choices = if named.is_empty() {
            Names::new("（这里不用任何参数）", "(none at all)")
        } else {
            Names::new(named.join("、"), named.join(", "))
        };
        let unknown: String = unknown.chars().take(TOLD).collect();
        Err(Error::new(Code::UnknownParameter).with("value", unknown).with("choices", choices))
    }
}

/// Lets a request pass that asks by names its address knows.
pub async fn only(State(named): State<Named>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str).unwrap_or_default();
    // What cannot be read at all is refused by whoever reads it.
    let asked =
        Query::<Vec<(String, String)>>::try_from_uri(request.uri()).map(|Query(asked)| asked).unwrap_or_default();
    match named.check(request.method(), path, &asked) {
        Ok(()) => next.run(request).await,
        Err(error) => Refusal::from(error).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_refused_with_those_that_exist() {
        let named = Named::of(&crate::http::openapi());
        let asked = |pairs: &[&str]| pairs.iter().map(|name| ((*name).to_owned(), "x".to_owned())).collect::<Vec<_>>();
        let check = |path: &str, pairs: &[&str]| named.check(&Method::GET, path, &asked(pairs));
        assert!(check("/api/open/cases.csv", &["place", "from"]).is_ok());
        let refused = check("/api/open/cases.csv", &["place", "region"]).unwrap_err();
        assert_eq!(refused.code(), Code::UnknownParameter);
        assert!(refused.to_string().contains("place") && refused.to_string().contains("region"), "{refused}");
        assert!(check("/api/session", &["x"]).is_err() && check("/elsewhere", &["x"]).is_ok());
        assert!(named.check(&Method::HEAD, "/api/open/cases.csv", &asked(&["year"])).is_err());
    }
}
