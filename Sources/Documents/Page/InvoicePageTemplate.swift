/// How the page is laid out. Names in two braces are escaped by the template engine; only the style isn't.
enum InvoicePageTemplate {
    static let page = """
        <!doctype html>
        <html lang="ja">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{title}} {{number}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        <header><h1>{{title}}</h1><p>{{subtitle}}</p></header>
        <section class="parties">
        <address><h2>{{recipientName}}</h2>{{#recipient}}<p>{{.}}</p>{{/recipient}}</address>
        <div>
        <dl>{{#facts}}<dt>{{label}}</dt><dd>{{text}}</dd>{{/facts}}</dl>
        <address><h3>{{issuerName}}</h3>{{#issuer}}<p>{{.}}</p>{{/issuer}}</address>
        </div>
        </section>
        <p class="amount"><span>{{amountLabel}}</span> <strong>{{amount}}</strong></p>
        <dl><dt>ご利用期間</dt><dd>{{usagePeriod}}</dd></dl>
        <table>
        <thead><tr>{{#columns}}<th scope="col">{{.}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr><td>{{item}}{{#notes}}<small>{{.}}</small>{{/notes}}</td><td>{{period}}</td><td>{{quantity}}</td>\
        <td>{{price}}</td><td>{{amount}}</td></tr>
        {{/rows}}
        </tbody>
        <tfoot><tr><th scope="row" colspan="4">{{totalLabel}}</th><td>{{total}}</td></tr></tfoot>
        </table>
        <table class="tax">
        <thead><tr>{{#taxColumns}}<th scope="col">{{.}}</th>{{/taxColumns}}</tr></thead>
        <tbody>{{#taxRows}}<tr><td>{{rate}}</td><td>{{base}}</td><td>{{tax}}</td></tr>{{/taxRows}}</tbody>
        </table>
        <p class="note">{{taxNote}}</p>
        <dl>{{#payment}}<dt>{{label}}</dt><dd>{{text}}</dd>{{/payment}}</dl>
        <dl class="record">{{#record}}<dt>{{label}}</dt><dd>{{text}}</dd>{{/record}}</dl>
        </body>
        </html>

        """

    static let style = """

        :root { --ink: #111; --quiet: #666; --line: #bbb; --paper: #fff; --shade: #eee }
        @media (prefers-color-scheme: dark) {
        :root { --ink: #eee; --quiet: #aaa; --line: #555; --paper: #16181b; --shade: #262a2f } }
        body { max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--paper);
        font: 0.9rem/1.5 "BIZ UDGothic", "Hiragino Sans", "Yu Gothic", sans-serif; overflow-wrap: anywhere }
        h1 { margin: 0 } h2, h3, p { margin: 0 } h2 { border-bottom: 1px solid; margin-bottom: .3rem }
        header { text-align: center; margin-bottom: 2rem }
        header p, dt, small, .note, .record { color: var(--quiet) }
        address { font-style: normal }
        .parties { display: grid; grid-template-columns: 1.2fr 1fr; gap: 2rem }
        .amount { display: flex; justify-content: space-between; align-items: center; width: 60%; padding: .5rem 1rem;
        margin: 1.5rem 0; border: 2px solid; box-sizing: border-box } .amount strong { font-size: 1.7rem }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1.5rem } dd { margin: 0 }
        table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
        th, td { padding: .35rem .5rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top }
        thead th { background: var(--shade) } tfoot th, tfoot td { border-top: 2px solid; font-weight: bold }
        th:first-child, td:first-child, table:not(.tax) :is(th, td):nth-child(2):not(:last-child) { text-align: left }
        td small { display: block } .tax { width: auto; margin: 1.5rem 0 .3rem auto } .note { text-align: right }
        .record { font-size: .75rem }
        @media print { :root { --ink: #000; --paper: #fff; --shade: #eee; --line: #bbb; --quiet: #444 }
        @page { size: A4; margin: 17mm } body { margin: 0; padding: 0; max-width: none } tr { break-inside: avoid } }

        """
}
