using System.Buffers.Text;
using Braid.Checking.Engine;

namespace Braid.Checking.Reports;

/// <summary>A schedule as one short line of text that runs it again, on any machine that has the same assemblies.</summary>
/// <remarks>
/// <para><c>b1.</c> and, as base64url without padding, these bytes; numbers without a size are varints, seven bits to a byte, lowest first:</para>
/// <code>
/// flags        1 byte: bit 0 racing clock, bit 1 releases are points, bits 2-7 the number of racy points (63: 63 and the varint that follows)
/// fingerprint  4 bytes, as all fixed numbers lowest byte first
/// points       4 bytes each
/// choices      of the whole run
/// hash         4 bytes: the log's at the end
/// overrides    until the checksum: ((choices since the last) * 4 + thread), thread 3 for 3 + the varint that follows; then 1 byte of its hash
/// checksum     2 bytes: see <see cref="Checksum"/>
/// </code>
/// <para>Five switches with three racy points come to about 55 characters.</para>
/// </remarks>
internal sealed record ScheduleString
{
    private const string Version = "b1.";
    private const int ManyPoints = 63;
    private const int ManyThreads = 3;

    /// <summary>Of the assemblies that were checked.</summary>
    public required uint Fingerprint { get; init; }

    public ClockMode Clock { get; init; }

    /// <summary>See <see cref="Points.Releases"/>.</summary>
    public bool Releases { get; init; }

    /// <summary>The racy points, each by a hash that is the same in every process.</summary>
    public IReadOnlyList<uint> RacyPoints { get; init; } = [];

    /// <summary>Where the run did not do what happens by default. From a parsed string, only the upper eight bits of each hash are set.</summary>
    public IReadOnlyList<ScheduleLog.Override> Overrides { get; init; } = [];

    /// <summary>Choices of the whole run.</summary>
    public required int Choices { get; init; }

    /// <summary>The log's hash at the end of the run.</summary>
    public required uint Hash { get; init; }

    /// <exception cref="FormatException">The text is no replay string, or is damaged; the message says how.</exception>
    public static ScheduleString Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        if (!text.StartsWith(Version, StringComparison.Ordinal))
        {
            int dot = text.IndexOf('.', StringComparison.Ordinal);
            throw new FormatException(dot > 1 && text[0] == 'b' && char.IsAsciiDigit(text[1])
                ? $"The replay string has the unknown version '{text[..(dot + 1)]}'; this Braid knows '{Version}' only. Use the Braid that made it."
                : $"This is no replay string: it does not begin with '{Version}'. Copy the whole string from the report.");
        }

        byte[] bytes = Decode(text.AsSpan(Version.Length));
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
            Releases = (flags & 2) != 0,
            RacyPoints = racy,
            Choices = reader.Number(),
            Hash = reader.Fixed(),
            Overrides = ReadOverrides(ref reader),
        };
    }

    /// <summary>Refuses to go on with other assemblies than those the string was made for.</summary>
    /// <exception cref="FormatException">They are others.</exception>
    public void RequireFingerprint(uint actual)
    {
        if (actual != Fingerprint)
        {
            throw new FormatException($"The replay string was made for other assemblies: their fingerprint is {Fingerprint:x8}, that of these is {actual:x8}. Build the version it was made for, or run the check again.");
        }
    }

    /// <summary>The string.</summary>
    public override string ToString()
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

        AddNumber(bytes, (uint)Choices);
        AddFixed(bytes, Hash);
        int next = 0;
        foreach (ScheduleLog.Override change in Overrides)
        {
            int thread = Math.Min(change.Thread, ManyThreads);
            AddNumber(bytes, ((uint)(change.Choice - next) << 2) | (uint)thread);
            if (thread == ManyThreads)
            {
                AddNumber(bytes, (uint)(change.Thread - ManyThreads));
            }

            bytes.Add((byte)(change.Hash >> 24));
            next = change.Choice + 1;
        }

        int sum = Checksum([.. bytes]);
        bytes.Add((byte)sum);
        bytes.Add((byte)(sum >> 8));
        return Version + Base64Url.EncodeToString([.. bytes]);
    }

    private static List<ScheduleLog.Override> ReadOverrides(ref ScheduleStringReader reader)
    {
        var overrides = new List<ScheduleLog.Override>();
        int next = 0;
        while (reader.Left > 0)
        {
            int number = reader.Number();
            int thread = number & ManyThreads;
            thread += thread == ManyThreads ? reader.Number() : 0;
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
            throw new FormatException("The replay string is damaged: after its version it may only have letters, digits, '-' and '_', in a number that is possible. Copy the whole string from the report.");
        }

        byte[] bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < Shortest)
        {
            throw new FormatException($"The replay string is too short: {text.Length} characters after its version, {(Shortest * 8 + 5) / 6} at least. Copy the whole string from the report.");
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
