/// Rules that look for words in code or text.
enum WordRules {
    /// Money and quantities are integers; a binary fraction loses a yen without a sound.
    static let exactTargets: Set = ["Units", "UsageLedger", "Scheduling", "Billing", "Store", "Documents", "Feeds"]
    static let inexactTypes: Set<Substring> = [
        "CGFloat", "Decimal", "Double", "Float", "Float16", "Float32", "Float64", "Float80", "TimeInterval",
    ]

    static func inexactNumbers(in file: SourceText) -> [Finding] {
        guard let target = file.target, exactTargets.contains(target) else { return [] }
        return find(inexactTypes, in: file) { "\($0) in code for money or quantities: use integers or Int128" }
    }

    /// Time, ids and chance are arguments of the core.
    static let impure: Set<Substring> = [
        "ContinuousClock", "Date", "DispatchQueue", "FileManager", "ProcessInfo", "SuspendingClock",
        "SystemRandomNumberGenerator", "Task", "Thread", "UUID", "actor", "arc4random", "async", "await",
        "clock_gettime",
        "fopen", "getenv", "print", "random", "randomElement", "readLine", "shuffle", "shuffled",
    ]

    static func impureCore(in file: SourceText) -> [Finding] {
        guard let target = file.target, ImportTable.core.contains(target) else { return [] }
        return find(impure, in: file) { "\($0) in the core: time, ids and chance are arguments" }
    }

    static func sleeps(in file: SourceText) -> [Finding] {
        let names: Set<Substring> = ["nanosleep", "sleep", "usleep"]
        return find(names, in: file) { "\($0): wait for what you are waiting for" }
    }

    /// Promises of later work; the words are put together here so that this file isn't found.
    static let promises = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "not " + "implemented", "un" + "implemented"]

    static func promises(in file: SourceText) -> [Finding] {
        file.lines.enumerated().compactMap { index, line in
            promises.first { line.contains($0) }.map { Finding(file, index + 1, "\($0): finish it, or open an issue") }
        }
    }

    /// Folders of one machine, by their first part.
    static let machineFolders = ["home", "root", "work", "Users", "mnt", "opt", "private"]

    static func machinePaths(in file: SourceText) -> [Finding] {
        file.lines.enumerated().flatMap { index, line in
            machineFolders.filter { folder in
                line.ranges(of: "/\(folder)/").contains { range in
                    range.lowerBound == line.startIndex
                        || !isPathCharacter(line[line.index(before: range.lowerBound)])
                }
            }.map { Finding(file, index + 1, "/\($0)/ is a path of one machine") }
        }
    }

    private static func isPathCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "._-~/})".contains(character)
    }

    /// A drawer instead of a room.
    static let drawers: Set = ["common", "core", "helper", "helpers", "misc", "utilities", "utility", "utils"]

    static func drawers(in path: String) -> [String] {
        path.split(separator: "/").map { $0.prefix { $0 != "." }.lowercased() }.filter { drawers.contains($0) }
    }

    private static func find(
        _ names: Set<Substring>, in file: SourceText, message: (Substring) -> String
    ) -> [Finding] {
        file.words().flatMap { line, words in
            words.filter { names.contains($0) }.map { Finding(file, line, message($0)) }
        }
    }
}
