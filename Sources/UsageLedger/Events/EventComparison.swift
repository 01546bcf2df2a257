/// Compares two canonical bodies of one event that was sent twice.
public enum EventComparison {
    /// The attributes (`time`) and data keys (`data.gpus`) that differ, in canonical order; empty when the bodies are
    /// equal. A body that is no canonical event differs as a whole: `["event"]`.
    public static func differingFields(recordedBody: [UInt8], newBody: [UInt8]) -> [String] {
        if recordedBody == newBody { return [] }
        guard let recorded = try? JSONValue(parsing: recordedBody), let new = try? JSONValue(parsing: newBody),
            recorded.members != nil, new.members != nil
        else { return ["event"] }
        return differingKeys(recorded, new).flatMap { key in
            guard key == "data", let recorded = recorded["data"], recorded.members != nil, let new = new["data"],
                new.members != nil
            else { return [key] }
            return differingKeys(recorded, new).map { "data.\($0)" }
        }
    }

    private static func differingKeys(_ left: JSONValue, _ right: JSONValue) -> [String] {
        let leftKeys = (left.members ?? []).map(\.key)
        let onlyRight = (right.members ?? []).map(\.key).filter { left[$0] == nil }
        return (leftKeys + onlyRight)
            .filter { left[$0] != right[$0] }
            .sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
    }
}
