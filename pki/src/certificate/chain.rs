//! Which certificate was issued by which, by the names and identifiers in them.

use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;

/// Whether `issuer` is named as the issuer of `certificate`: its subject is
/// the issuer's name, it is a CA, and its key is the one that is identified.
pub(super) fn is_issuer(issuer: &X509Certificate<'_>, certificate: &X509Certificate<'_>) -> bool {
    let is_fitting_key = match (subject_key(issuer), authority_key(certificate)) {
        (Some(subject), Some(authority)) => subject == authority,
        // Either may be missing, and then the names decide.
        _ => true,
    };
    issuer.subject().as_raw() == certificate.issuer().as_raw() && issuer.is_ca() && is_fitting_key
}

fn subject_key<'a>(certificate: &'a X509Certificate<'_>) -> Option<&'a [u8]> {
    certificate.extensions().iter().find_map(|it| match it.parsed_extension() {
        ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0),
        _ => None,
    })
}

fn authority_key<'a>(certificate: &'a X509Certificate<'_>) -> Option<&'a [u8]> {
    certificate.extensions().iter().find_map(|it| match it.parsed_extension() {
        ParsedExtension::AuthorityKeyIdentifier(id) => id.key_identifier.as_ref().map(|it| it.0),
        _ => None,
    })
}
