extension ServeSetting {
    /// Variables that look like a setting's and are none, in words for an operator: a typing mistake would else leave
    /// a default in force without a word.
    /// - Parameter names: of all variables.
    static func strangers(among names: [String]) -> [String] {
        let known = all.map(\.variable)
        let groups = Set(all.map { "KANJO_" + $0.key.prefix { $0 != "." }.uppercased() + "_" })
        return names.filter { name in groups.contains { name.hasPrefix($0) } && !known.contains(name) }.sorted().map {
            name in
            let nearest = known.min { distance($0, name) < distance($1, name) }
            let meant = nearest.flatMap { distance($0, name) <= 3 ? "did you mean \($0)?" : nil }
            return "the variable \(name.prefix(80)) sets nothing; "
                + (meant ?? "docs/configuration.md lists those that do")
        }
    }

    /// How many letters have to be put in, taken away or changed to make one text of another.
    private static func distance(_ one: String, _ other: String) -> Int {
        let letters = Array(other)
        var row = Array(0...letters.count)
        for (index, letter) in one.enumerated() {
            var corner = row[0]
            row[0] = index + 1
            for column in letters.indices {
                let changed = corner + (letter == letters[column] ? 0 : 1)
                corner = row[column + 1]
                row[column + 1] = min(changed, corner + 1, row[column] + 1)
            }
        }
        return row[letters.count]
    }
}
