/// How the contract's page is laid out. Names in two braces are escaped by the template engine; those in three are HTML
/// that `DocsProse` and `DocsTypes` made out of escaped text.
enum DocsTemplate {
    static let page = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}} API {{version}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        <header>
        <h1>{{title}} API {{version}}</h1>
        <p class="summary">{{summary}}</p>
        {{{description}}}
        <p>For programs: <a href="/openapi.yaml">openapi.yaml</a>.</p>
        </header>
        <nav aria-label="Operations">
        {{#groups}}
        <section><h2><a href="#{{anchor}}">{{name}}</a></h2>
        <ul>{{#operations}}
        <li><a href="#{{anchor}}"><span class="method {{method}}">{{method}}</span> {{summary}}</a></li>{{/operations}}
        </ul></section>
        {{/groups}}
        </nav>
        <main>
        {{#groups}}
        <h2 id="{{anchor}}">{{name}}</h2>
        <p>{{description}}</p>
        {{#operations}}
        <article id="{{anchor}}">
        <h3><span class="method {{method}}">{{method}}</span> <code>{{path}}</code></h3>
        <p class="summary">{{summary}}</p>
        {{{description}}}
        <p class="roles">Roles: {{roles}}</p>
        {{#hasParameters}}
        <table><caption>Parameters</caption>
        <tr><th>Name</th><th>In</th><th>Type</th><th></th></tr>
        {{#parameters}}
        <tr><td><code>{{name}}</code>{{#required}} <b>needed</b>{{/required}}</td><td>{{place}}</td>
        <td>{{{type}}}</td><td>{{{description}}}</td></tr>
        {{/parameters}}
        </table>
        {{/hasParameters}}
        {{#bodies}}
        <h4>Body <code>{{media}}</code>: {{{type}}}</h4>
        <pre>{{example}}</pre>
        {{/bodies}}
        {{#answers}}
        <h4>{{status}}: {{{description}}}</h4>
        {{#bodies}}
        <p><code>{{media}}</code>: {{{type}}}</p>
        <pre>{{example}}</pre>
        {{/bodies}}
        {{/answers}}
        </article>
        {{/operations}}
        {{/groups}}
        <h2 id="schemas">Values</h2>
        {{#schemas}}
        <article id="schema-{{name}}">
        <h3>{{name}}</h3>
        <p>{{{type}}} {{{description}}}</p>
        {{#hasFields}}
        <table>
        <tr><th>Name</th><th>Type</th><th></th></tr>
        {{#fields}}
        <tr><td><code>{{name}}</code>{{#required}} <b>always</b>{{/required}}</td>
        <td>{{{type}}}</td><td>{{{description}}}</td></tr>
        {{/fields}}
        </table>
        {{/hasFields}}
        <pre>{{example}}</pre>
        </article>
        {{/schemas}}
        </main>
        </body>
        </html>
        """

    static let style = """
        :root { --ink: #1c2024; --paper: #fff; --soft: #f3f5f7; --line: #d5dae0; --link: #0b57a4; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e3e6ea; --paper: #14171a; --soft: #1f2429; --line: #39414a; --link: #7db7f5; }
        }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem; max-width: 64rem; font: 1rem/1.55 system-ui, sans-serif;
          color: var(--ink); background: var(--paper); }
        a { color: var(--link); }
        nav { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 0 1.5rem; }
        nav h2 { font-size: 1rem; margin: 1rem 0 0; }
        nav ul { list-style: none; padding: 0; margin: 0; font-size: .9rem; }
        nav a { text-decoration: none; }
        article { border-top: 1px solid var(--line); padding: .5rem 0 1rem; }
        h3 { margin: .75rem 0 .25rem; overflow-wrap: anywhere; }
        h4 { margin: 1rem 0 .25rem; font-weight: 600; font-size: .95rem; }
        .summary { font-weight: 600; margin: .25rem 0; }
        .roles { font-size: .9rem; }
        .method { font: 600 .8em ui-monospace, monospace; }
        code, pre { font: .875em ui-monospace, monospace; background: var(--soft); }
        pre { padding: .75rem; overflow-x: auto; border: 1px solid var(--line); margin: .25rem 0; }
        pre:empty { display: none; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: .5rem 0; }
        caption { text-align: left; font-weight: 600; }
        th, td { text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); padding: .25rem .5rem; }
        @media print {
          :root { --ink: #000; --paper: #fff; --soft: #fff; --line: #999; --link: #000; }
          nav { display: none; }
          body { max-width: none; padding: 0; font-size: 9pt; }
          article, tr { break-inside: avoid; }
          pre { white-space: pre-wrap; overflow-wrap: anywhere; }
        }
        """
}
