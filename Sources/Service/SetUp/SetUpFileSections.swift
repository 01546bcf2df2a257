import Billing
import Units
import Yams

// The sections of the file. An entry with an error declares nothing; the file is refused then anyway.
extension SetUpFileFields {
    mutating func declaration(_ root: Node) -> SetUpDeclaration {
        var declaration = SetUpDeclaration()
        guard let file = entry(root, section: "set-up file", keys: SetUpFileKeys.file) else { return declaration }
        let sections = FileEntry(section: "", line: file.line, values: file.values)
        declaration.issuer = section("issuer", of: sections, keys: SetUpFileKeys.issuer) { $0.issuer($1) }
        declaration.accounts = entries("accounts", of: sections, keys: SetUpFileKeys.account) { $0.account($1) }
        declaration.plans = entries("plans", of: sections, keys: SetUpFileKeys.plan) { $0.plan($1) }
        declaration.prices = entries("prices", of: sections, keys: SetUpFileKeys.price) { $0.price($1) }
        declaration.credits = entries("credits", of: sections, keys: SetUpFileKeys.credit) { $0.credit($1) }
        declaration.rules = section("rules", of: sections, keys: SetUpFileKeys.rules) { $0.rules($1) }
        return declaration
    }

    private mutating func section<Value>(
        _ name: String, of sections: FileEntry, keys: [String], _ read: (inout Self, FileEntry) -> Value?
    ) -> SetUpDeclaration.Entry<Value>? {
        guard let node = sections.values[name], let entry = entry(node, section: name, keys: keys) else { return nil }
        return read(&self, entry).map { SetUpDeclaration.Entry(line: entry.line, value: $0) }
    }

    private mutating func entries<Value>(
        _ name: String, of sections: FileEntry, keys: [String], _ read: (inout Self, FileEntry) -> Value?
    ) -> [SetUpDeclaration.Entry<Value>] {
        var found: [SetUpDeclaration.Entry<Value>] = []
        for node in list(name, of: sections, what: "entries") {
            guard let entry = entry(node, section: name, keys: keys), let value = read(&self, entry) else { continue }
            found.append(SetUpDeclaration.Entry(line: entry.line, value: value))
        }
        return found
    }
}
