namespace Braid.Tests;

/// <summary>Random changes of bytes, for fuzzing.</summary>
internal static class Mutation
{
    /// <summary>The bytes with one to four changes, some of which take pieces of others.</summary>
    public static byte[] Of(byte[] origin, IReadOnlyList<byte[]> corpus, Random random)
    {
        List<byte> data = [.. origin];
        int changes = 1 + random.Next(4);
        for (int i = 0; i < changes && data.Count > 0; i++)
        {
            int at = random.Next(data.Count);
            switch (random.Next(8))
            {
                case 0:
                    data[at] = (byte)random.Next(256);
                    break;
                case 1:
                    data[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    data.Insert(at, (byte)random.Next(256));
                    break;
                case 3:
                    data.RemoveAt(at);
                    break;
                case 4:
                    data.RemoveRange(at, random.Next(Math.Min(16, data.Count - at)));
                    break;
                case 5:                                  // a piece of another one
                    byte[] other = corpus[random.Next(corpus.Count)];
                    int from = random.Next(other.Length);
                    data.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(32))]);
                    break;
                case 6:                                  // a piece of itself, again
                    int length = random.Next(Math.Min(24, data.Count - at));
                    data.InsertRange(at, data.GetRange(at, length));
                    break;
                default:                                 // a number at its edge
                    byte[][] edges = [[0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0x80], [0xff, 0xff, 0xff, 0x7f], [0xff], [0]];
                    byte[] edge = edges[random.Next(edges.Length)];
                    data.RemoveRange(at, Math.Min(edge.Length, data.Count - at));
                    data.InsertRange(at, edge);
                    break;
            }
        }

        return [.. data];
    }
}
