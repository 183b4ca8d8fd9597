using System.Globalization;

namespace Braid.Stress;

/// <summary>Producers and consumers in children, killed and replaced: each item is delivered once, or is one that a dead consumer has taken with it.</summary>
internal sealed class QueueChaos : Scenario
{
    private const int Producers = 2;
    private const int Consumers = 2;
    private const int OwnNumber = Victims.MostNumbers;   // of the parent, when it takes what is left

    public override string Name => "killed at queues";

    public override string Hammer(StressRun run)
    {
        using var lines = new QueueLines();
        using var books = new QueueBooks();
        long[] mayBeLost = new long[QueueLines.Kinds];
        long mayBeUndone = 0;
        int seed = run.Seed;
        using var victims = new Victims(
            run,
            (place, number) =>
            {
                var life = new QueueLife(lines, books, number, unchecked((seed * 31) + number));
                return place < Producers ? life.Produce : life.Consume;
            },
            (_, number) =>
            {
                if (books.BusyOf(number) is (int kind, int most))
                {
                    mayBeUndone += kind == QueueLines.Joinable ? most : 0;
                    mayBeLost[kind] += most > 1 || lines.MayHaveTaken(kind, books.TokenOf(number)) ? most : 0;
                }
            });
        run.Standing = () => $"{lines}, stage {books.Stage}{Environment.NewLine}{victims.Standing}";
        victims.Endure(Producers + Consumers, pauseMilliseconds: 200);
        books.Stage = 1;
        victims.SeeOff([.. Enumerable.Range(0, Producers)]);
        books.Stage = 2;
        victims.SeeOff([.. Enumerable.Range(Producers, Consumers)]);
        TakeWhatIsLeft(lines, books);
        long lost = CheckBooks(run, lines, books, mayBeLost, mayBeUndone);
        run.Deeds = Enumerable.Range(0, QueueLines.Kinds).Sum(books.CountOf);
        return string.Create(CultureInfo.InvariantCulture, $"{victims.WorkerFailure} killed, {lost} items gone with consumers, of {mayBeLost.Sum()} that they may have taken; the others delivered once, whole and in order");
    }

    private static void TakeWhatIsLeft(QueueLines lines, QueueBooks books)
    {
        for (int kind = 0; kind < QueueLines.Kinds; kind++)
        {
            while (lines.Get(kind, most: 1, TimeSpan.FromMilliseconds(200), awaits: false) is [var bytes])
            {
                books.WasTaken(QueueItem.FromBytes(bytes, kind), OwnNumber);
                if (kind == QueueLines.Joinable)
                {
                    lines.TaskDone();
                }
            }
        }
    }

    private static long CheckBooks(StressRun run, QueueLines lines, QueueBooks books, long[] mayBeLost, long mayBeUndone)
    {
        long lostTogether = 0;
        for (int kind = 0; kind < QueueLines.Kinds; kind++)
        {
            IReadOnlyList<QueueItem> lost = books.LostIn(kind);
            lostTogether += lost.Count;
            run.Check(lost.Count <= mayBeLost[kind], string.Create(CultureInfo.InvariantCulture, $"{QueueLines.NameOf(kind)}: {lost.Count} items are lost, but consumers that died may have taken {mayBeLost[kind]} at most: {string.Join(", ", lost.Take(20))}"));
        }

        run.Check(lines.Unfinished <= mayBeUndone, string.Create(CultureInfo.InvariantCulture, $"JoinableQueue: {lines.Unfinished} items were never declared done, but consumers that died can have left {mayBeUndone} at most"));
        while (lines.Unfinished > 0)
        {
            lines.TaskDone();
        }

        run.Check(lines.TryJoin(run.Patience), $"JoinableQueue: all is done, but it cannot be joined: {lines}");
        return lostTogether;
    }
}
