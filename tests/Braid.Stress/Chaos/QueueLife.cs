using System.Globalization;

namespace Braid.Stress;

/// <summary>What a child does that may be killed at any moment: it puts numbered items into all lines, or takes them out and books them.</summary>
internal sealed class QueueLife(QueueLines lines, QueueBooks books, int number, int seed)
{
    public void Produce()
    {
        books.Introduce(number);
        var random = new Random(seed);
        while (books.Stage < 1)
        {
            if (books.Begin(number, random.Next(QueueLines.Kinds)) is not { } item)
            {
                Thread.Sleep(1);
            }
            else if (lines.TryPut(item.Kind, item.ToBytes(random), random))
            {
                books.WasPut(item);
            }
        }
    }

    public void Consume()
    {
        books.Introduce(number);
        var random = new Random(seed);
        Dictionary<(int Producer, int Kind), int> last = [];
        while (books.Stage < 2)
        {
            int kind = random.Next(QueueLines.Kinds);
            int most = random.Next(8) == 0 ? random.Next(2, 5) : 1;
            books.BeginTaking(number, kind, most);
            foreach (byte[] bytes in lines.Get(kind, most, TimeSpan.FromMilliseconds(random.Next(8)), awaits: random.Next(3) == 0))
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
        }
    }

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
