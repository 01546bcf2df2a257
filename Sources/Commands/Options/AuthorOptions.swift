import ArgumentParser
import Service

/// Who changes something, and why. Kept with the change.
struct AuthorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who does it (default: the variable USER, else operator).", valueName: "name"))
    var who: String?

    @Option(help: ArgumentHelp("Why; kept with what is recorded.", valueName: "text"))
    var reason: String?

    var author: Author { Author(who: Self.name(who), reason: reason) }

    /// The same, with a reason where none is given.
    func author(unless standard: String) -> Author { Author(who: Self.name(who), reason: reason ?? standard) }

    static func name(_ who: String?) -> String { who ?? Surroundings.current.variable("USER") ?? "operator" }
}
