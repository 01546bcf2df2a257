import Documents
import Store
import UsageLedger
import Units

/// The answer to a question about use as a list: the groups in the order asked, then seconds, GPU seconds and the exact
/// amount.
enum UsageListing {
    static func listing(_ answer: UsageAnswer, groups: [UsageGroup], from: CivilDay, to: CivilDay) -> Listing {
        Listing(
            groups.map { .text($0.rawValue) } + [
                .number("seconds"), .number("gpu_seconds", "GPU seconds"), .number("amount_yen", "amount (yen)"),
            ],
            rows: groups.isEmpty
                ? [cells(answer.total)] : answer.rows.map { $0.values.map(Listing.Value.text) + cells($0.sum) },
            total: groups.isEmpty ? nil : groups.indices.map { $0 == 0 ? .text("total") : .none } + cells(answer.total),
            facts: [
                .init("from", .string(from.description)), .init("to", .string(to.description)),
                .init("group_by", .array(groups.map { .string($0.rawValue) })),
                .init(
                    "watermark",
                    .object(answer.watermark.members + [.init("event_cut", .string(answer.eventCut.description))])),
            ])
    }

    private static func cells(_ sum: UsageSum) -> [Listing.Value] {
        [.integer(sum.usage.seconds), .decimal(sum.usage.gpuSecondsText), .decimal(sum.amount.description)]
    }
}

extension UsageAnswer {
    var watermark: Watermark { Watermark(position: position, recordedAt: recordedAt) }
}
