//! The custom element's attributes for tools: a manifest, and types.

use crate::app::docs;
use crate::app::params::{Kind, PARAMS, Param};

/// The events of the element, and what they mean.
const EVENTS: [(&str, &str); 5] = [
    ("ready", "There is a result to see; its detail is what `result()` returns."),
    ("input", "The mix is being dragged; its detail is what `result()` returns."),
    ("change", "A setting has been changed; its detail is what `result()` returns."),
    ("result", "What is shown has been computed anew or better; its detail is what `result()` returns."),
    ("error", "The figure could not start or has crashed; its detail has a `message`."),
];
/// Its methods.
const METHODS: [(&str, &str); 6] = [
    ("start", "Starts the figure if it has not started."),
    ("play", "Lets the live run go on."),
    ("pause", "Lets the live run rest."),
    ("reset", "Goes back to what the figure began with."),
    ("set", "Sets several keys at once, as often as one likes."),
    ("result", "What the figure said last, or null."),
];
/// Attributes that are no keys of the address.
const OTHERS: [(&str, &str); 3] = [
    ("height", "Height in CSS pixels, 120 to 4000; by default that of the content, from 560 on."),
    ("title", "The name of the frame for assistive technology."),
    ("lazy", "`click`: starts when the reader asks for it, not when it comes near the viewport."),
];

/// A key as JavaScript names it: `cpu-dist` is `cpuDist`.
fn property(key: &str) -> String {
    let mut words = key.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (head, tail) = word.split_at(1);
        name + &head.to_uppercase() + tail
    })
}

/// `text` as a string of JSON; nothing here needs more escapes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn help(param: &Param) -> String {
    format!("{} {}.", param.help, docs::accepts(param))
}

/// `custom-elements.json`, after the custom elements manifest's schema 1.0.0.
#[must_use]
pub fn manifest() -> String {
    let list = |items: Vec<String>| items.join(",\n          ");
    let one =
        |(name, text): &(&str, &str)| format!("{{ \"name\": {}, \"description\": {} }}", quoted(name), quoted(text));
    let attribute = |param: &Param| {
        format!(
            "{{ \"name\": {}, \"fieldName\": {}, \"description\": {} }}",
            quoted(param.key),
            quoted(&property(param.key)),
            quoted(&help(param))
        )
    };
    let attributes = list(PARAMS.iter().map(attribute).chain(OTHERS.iter().map(one)).collect());
    let field = |param: &Param| format!("{{ \"kind\": \"field\", \"name\": {} }}", quoted(&property(param.key)));
    let method = |(name, text): &(&str, &str)| {
        format!("{{ \"kind\": \"method\", \"name\": {}, \"description\": {} }}", quoted(name), quoted(text))
    };
    let members = list(PARAMS.iter().map(field).chain(METHODS.iter().map(method)).collect());
    let event = |(name, text): &(&str, &str)| {
        format!(
            "{{ \"name\": {}, \"type\": {{ \"text\": \"CustomEvent\" }}, \"description\": {} }}",
            quoted(name),
            quoted(text)
        )
    };
    let events = list(EVENTS.iter().map(event).collect());
    format!(
        r#"{{
  "schemaVersion": "1.0.0",
  "modules": [
    {{
      "kind": "javascript-module",
      "path": "embed.js",
      "declarations": [
        {{
          "kind": "class",
          "name": "RuntimeDuel",
          "tagName": "runtime-duel",
          "customElement": true,
          "description": "A simulated Node.js event loop and a simulated Go scheduler serve the same requests.",
          "attributes": [
          {attributes}
          ],
          "members": [
          {members}
          ],
          "events": [
          {events}
          ],
          "slots": [{{ "name": "", "description": "What is shown until the figure starts: a picture of its result, with a link." }}],
          "cssProperties": [{{ "name": "--duel-height", "description": "Height of the figure." }}],
          "cssParts": [
            {{ "name": "frame", "description": "The frame." }},
            {{ "name": "start", "description": "The button that starts the figure." }}
          ]
        }}
      ],
      "exports": [
        {{
          "kind": "custom-element-definition",
          "name": "runtime-duel",
          "declaration": {{ "name": "RuntimeDuel", "module": "embed.js" }}
        }}
      ]
    }}
  ]
}}
"#
    )
}

/// `embed.d.ts`.
#[must_use]
pub fn typings() -> String {
    let kind = |param: &Param| match param.kind {
        Kind::Number { .. } => "number | string | null".to_owned(),
        Kind::Choice { options, .. } => {
            let words: Vec<String> = options.iter().map(|(key, _)| format!("'{key}'")).collect();
            words.join(" | ") + " | null"
        }
        Kind::Runtimes | Kind::Hidden => "string | null".to_owned(),
    };
    let keys: String = PARAMS
        .iter()
        .map(|param| format!("  /** {} */\n  {}: {};\n", help(param), property(param.key), kind(param)))
        .collect();
    let attributes: String = PARAMS
        .iter()
        .map(|param| format!("  '{}'?: string | number | boolean;\n", param.key))
        .chain(OTHERS.iter().map(|(name, _)| format!("  {name}?: string | number;\n")))
        .collect();
    let methods = "  start(): void;\n  play(): void;\n  pause(): void;\n  reset(): void;\n  \
                   set(params: Record<string, string | number | boolean>): void;\n  result(): RuntimeDuelResult | null;\n";
    format!(
        "/** What the figure shows: its address, its sentence, and its figures at the mix, unless others are just computed. */\n\
         export interface RuntimeDuelResult {{\n  query: string;\n  mix: number;\n  sentence: string | null;\n  \
         runtimes: {{ id: string; throughput_per_s: number; latency_p99_ms: number; cores_busy: number }}[];\n}}\n\n\
         export interface RuntimeDuelElement extends HTMLElement {{\n{keys}{methods}}}\n\n\
         export declare const RuntimeDuel: {{\n  new (): RuntimeDuelElement;\n  \
         /** The page in the frame; to be set before the first element starts. */\n  page: string;\n}};\n\n\
         /** Attributes, for JSX. */\nexport interface RuntimeDuelAttributes {{\n{attributes}}}\n\n\
         declare global {{\n  interface HTMLElementTagNameMap {{\n    'runtime-duel': RuntimeDuelElement;\n  }}\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_become_names() {
        assert_eq!(property("mix"), "mix");
        assert_eq!(property("heavy-share"), "heavyShare");
        assert_eq!(quoted("a \"b\" \\"), "\"a \\\"b\\\" \\\\\"");
    }
}
