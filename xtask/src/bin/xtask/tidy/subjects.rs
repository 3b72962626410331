//! Subjects of commits: `area: imperative`, short enough for one line of a log.

#[cfg(test)]
mod tests;

/// Characters.
const MAX_LENGTH: usize = 72;

/// What is wrong with a subject, if anything is.
pub(super) fn fault(subject: &str) -> Option<String> {
    let length = subject.chars().count();
    if length > MAX_LENGTH {
        return Some(format!("the subject has {length} characters; at most {MAX_LENGTH}"));
    }
    let Some((areas, text)) = subject.split_once(": ") else {
        return Some("the subject does not begin with an area and a colon".to_owned());
    };
    let is_area = |it: &str| {
        !it.is_empty()
            && it.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
    };
    if !areas.split(", ").all(is_area) {
        return Some(format!("`{areas}` is no area: lower-case letters, digits and `-`"));
    }
    let verb = text.split(' ').next().unwrap_or_default();
    if !verb.starts_with(|it: char| it.is_ascii_lowercase()) {
        return Some("after the area comes a verb in lower case".to_owned());
    }
    if is_past_or_participle(verb) {
        return Some(format!("`{verb}` is no imperative, such as `add`"));
    }
    text.ends_with('.').then(|| "the subject ends with a full stop".to_owned())
}

/// By its ending, so that `added` and `adding` are refused; verbs that merely end so
/// have three or four letters before a double vowel or a single one: `feed`, `bring`.
fn is_past_or_participle(verb: &str) -> bool {
    const IMPERATIVES: [&str; 9] =
        ["bring", "embed", "exceed", "feed", "need", "proceed", "seed", "speed", "string"];
    (verb.ends_with("ed") || verb.ends_with("ing")) && !IMPERATIVES.contains(&verb)
}
