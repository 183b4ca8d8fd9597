using System.Buffers.Text;
using Braid.Checking.Engine;

namespace Braid.Checking.Reports;

/// <summary>A schedule as one short line of text that runs it again, on any machine that has the same assemblies.</summary>
/// <remarks>
/// <para>
/// <c>b</c>, a version and a dot, and then these bytes as base64url without padding; numbers without a size are varints, seven bits per
/// byte, lowest first:
/// </para>
/// <code>
/// flags        1 byte: bit 0 racing clock, bit 1 releases are points,
///              bits 2-7 the number of racy points (63: 63 and the varint that follows)
/// fingerprint  4 bytes, as all fixed numbers lowest byte first
/// points       4 bytes each
/// steps        versions 2 and 4 only: the maximum number of steps of a run, after which it counts as a livelock
/// choices      of the whole run
/// hash         4 bytes: the log's at the end
/// overrides    until the checksum: ((choices since the last) * 4 + thread), thread 3 for 3 + the varint that follows;
///              then 1 byte of its hash.
///              Versions 2 and 4: 2 + the varint, and where that is 0 two varints follow, length and times:
///              that many preceding overrides are repeated that often, without their hashes
/// checksum     2 bytes: see <see cref="Checksum"/>
/// </code>
/// <para>
/// Five switches with three racy points take about 55 characters. A run that loops, such as that of a livelock, has the same overrides
/// again and again; versions 2 and 4 count them. They are written only if needed: for such a run, or if the maximum number of steps is not
/// the default. Versions 3 and 4 are 1 and 2 of a run in total store order.
/// </para>
/// </remarks>
internal sealed record ScheduleString
{
    private const string Newest = "b4.";
    private const int ManyPoints = 63;
    private const int ManyThreads = 3;
    private const int Repeats = ManyThreads - 1;        // in b2, what escapes to this thread is a repetition
    private const int LongestRepeated = 64;

    /// <summary>The fingerprint of the assemblies that were checked.</summary>
    public required uint Fingerprint { get; init; }

    public ClockMode Clock { get; init; }

    public MemoryModel MemoryModel { get; init; }

    /// <summary>See <see cref="Points.Releases"/>.</summary>
    public bool Releases { get; init; }

    /// <summary>The racy points, each by a hash that is the same in every process.</summary>
    public IReadOnlyList<uint> RacyPoints { get; init; } = [];

    /// <summary>
    /// Where the run deviated from the default choice. In a parsed string, only the upper eight bits of each hash are set.
    /// </summary>
    public IReadOnlyList<ScheduleLog.Override> Overrides { get; init; } = [];

    /// <summary>The maximum number of steps of a run. Null in a string that does not state it.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>The number of choices in the whole run.</summary>
    public required int Choices { get; init; }

    /// <summary>The log's hash at the end of the run.</summary>
    public required uint Hash { get; init; }

    /// <exception cref="FormatException">The text is not a replay string, or is damaged; the message says how.</exception>
    public static ScheduleString Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        int version = text is ['b', >= '1' and <= '4', '.', ..] ? text[1] - '0' : 0;
        if (version == 0)
        {
            int dot = text.IndexOf('.', StringComparison.Ordinal);
            throw new FormatException(dot > 1 && text[0] == 'b' && char.IsAsciiDigit(text[1])
                ? $"The replay string has the unknown version '{text[..(dot + 1)]}'; this Braid knows 'b1.' to '{Newest}' only. " +
                    "Use the Braid that made it."
                : $"This is no replay string: it does not begin with 'b1.' to '{Newest}'. Copy the whole string from the report.");
        }

        if (text.IndexOf('.', Newest.Length) >= 0)
        {
            throw new FormatException(
                "The replay string names a scenario: it is of Check.Linearizable. Replay it with the call of that it came from.");
        }

        (bool counted, bool isTso) = (version % 2 == 0, version > 2);
        byte[] bytes = Decode(text.AsSpan(Newest.Length));
        var reader = new ScheduleStringReader(bytes.AsSpan(0, bytes.Length - sizeof(ushort)));
        int flags = reader.Byte();
        int points = flags >> 2;
        points += points == ManyPoints ? reader.Number() : 0;
        uint fingerprint = reader.Fixed();
        uint[] racy = new uint[points <= reader.Left / sizeof(uint) ? points : throw ScheduleStringReader.Ends()];
        for (int i = 0; i < racy.Length; i++)
        {
            racy[i] = reader.Fixed();
        }

        return new ScheduleString
        {
            Fingerprint = fingerprint,
            Clock = (flags & 1) != 0 ? ClockMode.Racing : ClockMode.Quiescent,
            MemoryModel = isTso ? MemoryModel.Tso : MemoryModel.Sequential,
            Releases = (flags & 2) != 0,
            RacyPoints = racy,
            MaxSteps = counted ? reader.Number() : null,
            Choices = reader.Number(),
            Hash = reader.Fixed(),
            Overrides = ReadOverrides(ref reader, counted),
        };
    }

    /// <summary>Its scheduling points, besides synchronization.</summary>
    public Points ToPoints()
    {
        var points = new Points { Releases = Releases };
        foreach (uint hash in RacyPoints)
        {
            points.Add(Memory.Sites.PointOf(hash));
        }

        return points;
    }

    /// <summary>Rejects assemblies other than those the string was made for.</summary>
    /// <exception cref="FormatException">The assemblies differ.</exception>
    public void RequireFingerprint(uint actual)
    {
        if (actual != Fingerprint)
        {
            throw new FormatException(
                $"The replay string was made for other assemblies: their fingerprint is {Fingerprint:x8}, that of these is {actual:x8}. " +
                "Build the version it was made for, or run the check again.");
        }
    }

    /// <summary>The string: the shorter of the two versions, if both can express it.</summary>
    public override string ToString()
    {
        string counted = Write(counted: true);
        string plain = MaxSteps is null ? Write(counted: false) : counted;
        return plain.Length <= counted.Length ? plain : counted;
    }

    private string Write(bool counted)
    {
        var bytes = new List<byte>();
        int points = Math.Min(RacyPoints.Count, ManyPoints);
        bytes.Add((byte)((Clock == ClockMode.Racing ? 1 : 0) | (Releases ? 2 : 0) | (points << 2)));
        if (points == ManyPoints)
        {
            AddNumber(bytes, (uint)(RacyPoints.Count - ManyPoints));
        }

        AddFixed(bytes, Fingerprint);
        foreach (uint point in RacyPoints)
        {
            AddFixed(bytes, point);
        }

        if (counted)
        {
            AddNumber(bytes, (uint)(MaxSteps ?? new CheckOptions().MaxSteps));
        }

        AddNumber(bytes, (uint)Choices);
        AddFixed(bytes, Hash);
        for (int i = 0; i < Overrides.Count;)
        {
            if (counted && FindRepetition(i) is var (length, times) && times > 0)
            {
                AddNumber(bytes, ManyThreads);
                AddNumber(bytes, 0);
                AddNumber(bytes, (uint)length);
                AddNumber(bytes, (uint)times);
                i += length * times;
                continue;
            }

            ScheduleLog.Override change = Overrides[i];
            int thread = Math.Min(change.Thread, ManyThreads);
            AddNumber(bytes, ((uint)Gap(i) << 2) | (uint)thread);
            if (thread == ManyThreads)
            {
                AddNumber(bytes, (uint)(change.Thread - (counted ? Repeats : ManyThreads)));
            }

            bytes.Add((byte)(change.Hash >> 24));
            i++;
        }

        int sum = Checksum([.. bytes]);
        bytes.Add((byte)sum);
        bytes.Add((byte)(sum >> 8));
        int version = (counted ? 2 : 1) + (MemoryModel == MemoryModel.Tso ? 2 : 0);
        return $"b{version}." + Base64Url.EncodeToString([.. bytes]);
    }

    /// <summary>Choices since the previous override, or since the beginning.</summary>
    private int Gap(int i) => Overrides[i].Choice - (i == 0 ? 0 : Overrides[i - 1].Choice + 1);

    /// <summary>
    /// How many of the preceding overrides repeat from here on, and how often: the longest repetition, if counting it saves space.
    /// </summary>
    private (int Length, int Times) FindRepetition(int from)
    {
        const int Worthwhile = 4;
        (int Length, int Times) best = default;
        for (int length = 1; length <= Math.Min(from, LongestRepeated); length++)
        {
            int same = 0;
            while (from + same < Overrides.Count && Overrides[from + same].Thread == Overrides[from + same - length].Thread
                && Gap(from + same) == Gap(from + same - length))
            {
                same++;
            }

            int times = same / length;
            if (length * times >= Worthwhile && length * times > best.Length * best.Times)
            {
                best = (length, times);
            }
        }

        return best;
    }

    private static List<ScheduleLog.Override> ReadOverrides(ref ScheduleStringReader reader, bool counted)
    {
        // The maximum of a run, so that a forged string does not exhaust the memory.
        const int Most = 100_000_000;
        var overrides = new List<ScheduleLog.Override>();
        int next = 0;
        while (reader.Left > 0)
        {
            int number = reader.Number();
            int thread = number & ManyThreads;
            if (thread == ManyThreads)
            {
                thread = reader.Number() + (counted ? Repeats : ManyThreads);
            }

            if (counted && thread == Repeats && (number & ManyThreads) == ManyThreads)
            {
                int length = reader.Number();
                long count = (long)length * reader.Number();
                if (length < 1 || length > overrides.Count || overrides.Count + count > Most)
                {
                    throw ScheduleStringReader.Ends();
                }

                for (; count > 0; count--)
                {
                    ScheduleLog.Override again = overrides[^length];
                    int gap = again.Choice - (overrides.Count == length ? 0 : overrides[^(length + 1)].Choice + 1);
                    overrides.Add(new ScheduleLog.Override(next + gap, again.Thread, 0, HasHash: false));
                    next = overrides[^1].Choice + 1;
                }

                continue;
            }

            int choice = next + (number >> 2);
            overrides.Add(new ScheduleLog.Override(choice, thread, (uint)reader.Byte() << 24));
            next = choice + 1;
        }

        return overrides;
    }

    private static byte[] Decode(ReadOnlySpan<char> text)
    {
        const int Shortest = 12;
        if (!Base64Url.IsValid(text))
        {
            throw new FormatException(
                "The replay string is damaged: after its version it may only have letters, digits, '-' and '_', in a number that is " +
                "possible. Copy the whole string from the report.");
        }

        byte[] bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < Shortest)
        {
            throw new FormatException(
                $"The replay string is too short: {text.Length} characters after its version, {(Shortest * 8 + 5) / 6} at least. Copy " +
                "the whole string from the report.");
        }

        if (Checksum(bytes.AsSpan(0, bytes.Length - 2)) != (bytes[^2] | (bytes[^1] << 8)))
        {
            throw new FormatException("The replay string is damaged: its checksum does not fit. Copy the whole string from the report.");
        }

        return bytes;
    }

    /// <summary>FNV-1a, folded to 16 bits.</summary>
    private static int Checksum(ReadOnlySpan<byte> bytes)
    {
        uint hash = 2166136261;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * 16777619;
        }

        return (int)((hash ^ (hash >> 16)) & 0xFFFF);
    }

    private static void AddFixed(List<byte> bytes, uint value)
    {
        for (int shift = 0; shift < 32; shift += 8)
        {
            bytes.Add((byte)(value >> shift));
        }
    }

    private static void AddNumber(List<byte> bytes, uint value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
    }
}
