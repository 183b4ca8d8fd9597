using System.Buffers.Binary;
using System.Numerics;

namespace Braid.Python;

/// <summary>Dates and times: Python's have microseconds, .NET's have tenths of them.</summary>
internal static class DateTimeReaders
{
    private const byte Fold = 0x80;                      // in the month of a datetime, the hour of a time: the later one of two equal times

    public static IEnumerable<GlobalReader> All { get; } =
    [
        new("datetime", "datetime") { Call = ReadDateTime },
        new("datetime", "date") { Call = ReadDate },
        new("datetime", "time") { Call = ReadTime },
        new("datetime", "timedelta") { Call = ReadTimeDelta },
        new("datetime", "timezone") { Call = ReadTimeZone },
    ];

    private static object ReadDateTime(ReadContext context, object?[] args) => args switch
    {
        [byte[] { Length: 10 } bytes] => (object)ReadDateTime(bytes),   // boxed as it is: a DateTime converts to a DateTimeOffset
        [byte[] { Length: 10 } bytes, PythonTimeZone zone] => WithZone(ReadDateTime(bytes), zone),
        _ => throw PickleException.Arguments("datetime.datetime", "its ten bytes, and a datetime.timezone if it has one"),
    };

    private static DateTime ReadDateTime(ReadOnlySpan<byte> bytes)
    {
        RefuseFold(bytes[2], "datetime");
        var day = new DateTime(BinaryPrimitives.ReadUInt16BigEndian(bytes), bytes[2], bytes[3], bytes[4], bytes[5], bytes[6]);
        return day.AddTicks(Microseconds(bytes[7..]) * TimeSpan.TicksPerMicrosecond);
    }

    private static DateTimeOffset WithZone(DateTime local, PythonTimeZone zone)
    {
        if (zone.Name is not null)
        {
            throw new PickleException(
                $"The pickle holds a datetime in the zone {zone.Name}, and a DateTimeOffset has no name for its zone.");
        }

        try
        {
            return new DateTimeOffset(local, zone.Offset);
        }
        catch (ArgumentException e)
        {
            throw new PickleException($"The pickle holds the datetime {local:s} at UTC{zone.Offset:c}, which no DateTimeOffset is.", e);
        }
    }

    private static object ReadDate(ReadContext context, object?[] args) => args is [byte[] { Length: 4 } bytes]
        ? new DateOnly(BinaryPrimitives.ReadUInt16BigEndian(bytes), bytes[2], bytes[3])
        : throw PickleException.Arguments("datetime.date", "its four bytes");

    private static object ReadTime(ReadContext context, object?[] args)
    {
        if (args is [byte[], not null])
        {
            throw new PickleException("The pickle holds a time with a time zone, which no TimeOnly has.");
        }

        if (args is not [byte[] { Length: 6 } bytes])
        {
            throw PickleException.Arguments("datetime.time", "its six bytes");
        }

        RefuseFold(bytes[0], "time");
        var second = new TimeOnly(bytes[0], bytes[1], bytes[2]);
        return second.Add(TimeSpan.FromTicks(Microseconds(bytes.AsSpan(3)) * TimeSpan.TicksPerMicrosecond));
    }

    private static object ReadTimeDelta(ReadContext context, object?[] args)
    {
        if (args is not [long days, long seconds, long microseconds])
        {
            throw PickleException.Arguments("datetime.timedelta", "days, seconds and microseconds");
        }

        BigInteger ticks = ((((BigInteger)days * 86_400) + seconds) * TimeSpan.TicksPerSecond)
            + ((BigInteger)microseconds * TimeSpan.TicksPerMicrosecond);
        return ticks >= long.MinValue && ticks <= long.MaxValue
            ? TimeSpan.FromTicks((long)ticks)
            : throw new PickleException($"The pickle holds a timedelta of {days:n0} days, which is longer than any TimeSpan.");
    }

    private static object ReadTimeZone(ReadContext context, object?[] args) => args switch
    {
        [TimeSpan offset] => new PythonTimeZone(offset),
        [TimeSpan offset, string name] => new PythonTimeZone(offset, name),
        _ => throw PickleException.Arguments("datetime.timezone", "a timedelta, and a name if it has one"),
    };

    private static long Microseconds(ReadOnlySpan<byte> bytes)
    {
        int count = (bytes[0] << 16) | (bytes[1] << 8) | bytes[2];
        return count < 1_000_000 ? count : throw PickleException.Arguments("datetime", "less than a million microseconds");
    }

    private static void RefuseFold(byte bits, string what)
    {
        if ((bits & Fold) != 0)
        {
            throw new PickleException(
                $"The pickle holds a {what} with fold=1, the later one of two equal times, which .NET's types cannot express.");
        }
    }
}
