using System.Globalization;

namespace Braid.Stress;

/// <summary>What a child does that may be killed at any moment: it puts numbered items into all lines, or takes them out and books them.</summary>
internal sealed class QueueLife(QueueLines lines, QueueBooks books, int number, int seed)
{
    public void Produce()
    {
        books.Introduce(number);
        var random = new Random(seed);
        int kind = 0;
        while (books.Stage < 1)
        {
            if (books.Begin(number, kind) is not { } item)
            {
                kind = random.Next(QueueLines.Kinds);
                Thread.Sleep(1);
            }
            else if (lines.TryPut(kind, item.ToBytes(random), random))
            {
                books.WasPut(item);
                kind = NextKind(kind, random);
            }
            else
            {
                kind = random.Next(QueueLines.Kinds);
            }
        }
    }

    public void Consume()
    {
        books.Introduce(number);
        var random = new Random(seed);
        Dictionary<(int Producer, int Kind), int> last = [];
        int kind = 0;
        while (books.Stage < 2)
        {
            int most = random.Next(8) == 0 ? random.Next(2, 5) : 1;
            books.BeginTaking(number, kind, most);
            byte[][] got = lines.Get(kind, most, TimeSpan.FromMilliseconds(random.Next(8)), awaits: random.Next(3) == 0);
            foreach (byte[] bytes in got)
            {
                var item = QueueItem.FromBytes(bytes, kind);
                books.WasTaken(item, number);
                CheckOrder(item, last);
                if (kind == QueueLines.Joinable)
                {
                    lines.TaskDone();
                }
            }

            books.EndTaking(number);
            kind = got.Length > 0 ? NextKind(kind, random) : random.Next(QueueLines.Kinds);
        }
    }

    /// <summary>Mostly the same, so that there are many quick calls in a row.</summary>
    private static int NextKind(int kind, Random random) => random.Next(30) == 0 ? random.Next(QueueLines.Kinds) : kind;

    private static void CheckOrder(QueueItem item, Dictionary<(int Producer, int Kind), int> last)
    {
        int before = last.GetValueOrDefault((item.Producer, item.Kind));
        if (item.Sequence <= before)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{item} was taken after item {before} of the same producer."));
        }

        last[(item.Producer, item.Kind)] = item.Sequence;
    }
}
