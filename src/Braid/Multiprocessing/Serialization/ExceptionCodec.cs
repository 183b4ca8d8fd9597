using System.Collections;

namespace Braid.Multiprocessing;

/// <summary>The way of exceptions: a description that always arrives, and beside it what rebuilds the exception where its type is loaded.</summary>
/// <remarks>
/// Whatever an exception does while it is asked - its getters throw, its message has 100 MB, its inner exceptions run in a circle - the description is written. The rest, the name of
/// the type and the fields that derived classes add, lies apart, so that a reader who cannot use it skips it. It is left out when something in it cannot travel.
/// No assembly is loaded to rebuild an exception, and no constructor of its type runs.
/// </remarks>
internal sealed class ExceptionCodec : ObjectCodec
{
    private const int MaximumFieldBytes = 256 * 1024;
    private const byte LeftOut = 0;
    private const byte Told = 1;
    private const byte MessageIsRaw = 1;

    public static ExceptionCodec Instance { get; } = new();

    public override ReferenceKind Kind => ReferenceKind.Exception;

    public override void Write(PayloadWriter writer, object value)
    {
        var exception = (Exception)value;
        ExceptionTrail trail = writer.Trail;
        string? leftOut = trail.TryEnter(exception);
        writer.WriteByte(leftOut is null ? Told : LeftOut);
        writer.WriteString(TypeText.Of(value.GetType()));
        if (leftOut is not null)
        {
            writer.WriteString(leftOut);
            return;
        }

        try
        {
            string message = SafeText.MessageOf(exception);
            string? raw = ExceptionParts.RawMessage(exception);
            writer.WriteString(trail.Trim(message));
            writer.WriteByte(raw == message ? MessageIsRaw : (byte)0);
            if (raw != message)
            {
                writer.WriteString(trail.Trim(raw));
            }

            writer.WriteString(trail.Trim(SafeText.StackTraceOf(exception)));
            writer.WriteRaw(exception.HResult);
            writer.WriteString(trail.Trim(SafeText.SourceOf(exception)));
            writer.WriteString(trail.Trim(SafeText.HelpLinkOf(exception)));
            WriteData(writer, exception);
            byte[] rebuilding = Rebuilding(writer, exception);
            bool tellsInner = exception.InnerException is not null && (exception is not AggregateException || rebuilding.Length == 0);
            writer.WriteByte(tellsInner ? (byte)1 : (byte)0);
            if (tellsInner)
            {
                Write(writer, exception.InnerException!);
            }

            writer.WriteVarint((ulong)rebuilding.Length);
            writer.WriteBytes(rebuilding);
        }
        finally
        {
            trail.Leave();
        }
    }

    public override unsafe object Read(ref PayloadReader reader, int number)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw PayloadException.Damaged("exceptions lie inside each other without end");
        }

        byte told = reader.ReadByte();
        string typeName = reader.ReadString() ?? "";
        string message = reader.ReadString() ?? "";
        if (told == LeftOut)
        {
            return new RemoteException(typeName, message, null, null);
        }

        string? raw = reader.ReadByte() == MessageIsRaw ? message : reader.ReadString();
        var image = new ExceptionImage(typeName, message, raw, reader.ReadString(), reader.ReadRaw<int>(), reader.ReadString(), reader.ReadString(), null) { Data = ReadData(ref reader) };
        if (reader.ReadByte() != 0)
        {
            image = image with { Inner = (Exception)Read(ref reader, number) };
        }

        ReadOnlySpan<byte> rebuilding = reader.ReadSpan(reader.ReadCount(1));
        return reader.AllowTypes && rebuilding.Length > 0 ? TryRebuild(image, rebuilding) ?? image.StandIn() : image.StandIn();
    }

    private static unsafe Exception? TryRebuild(in ExceptionImage image, ReadOnlySpan<byte> rebuilding)
    {
        try
        {
            fixed (byte* start = rebuilding)
            {
                var apart = new PayloadReader(start, rebuilding.Length);
                Type? type = NameCache.FindLoaded(apart.ReadSpan(apart.ReadCount(1)));
                return type is { IsAbstract: false, ContainsGenericParameters: false } && type.IsAssignableTo(typeof(Exception)) ? image.Rebuild(type, ref apart) : null;
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;   // whatever stands in its way, another build, a damaged part, a setter that throws: the description is whole
        }
    }

    /// <summary>The name of the type and the fields that rebuild the exception; empty when it cannot be rebuilt.</summary>
    private static byte[] Rebuilding(PayloadWriter writer, Exception exception)
    {
        try
        {
            _ = exception.Message;      // one that fails when it is asked would fail whoever catches it: only its description travels
            _ = exception.StackTrace;
            var buffer = new LimitedBuffer(MaximumFieldBytes);
            PayloadWriter apart = writer.Apart(buffer);
            byte[] name = TypeName.Of(exception.GetType());
            apart.WriteVarint((ulong)name.Length);
            apart.WriteBytes(name);
            ExceptionParts.FieldsOf(exception.GetType()).Write(apart, exception);
            return buffer.Written.ToArray();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return [];   // something in it cannot travel: the description still does
        }
    }

    private static void WriteData(PayloadWriter writer, Exception exception)
    {
        List<(string Key, object? Value)> entries = [];
        try
        {
            foreach (DictionaryEntry entry in exception.Data)
            {
                if (entry.Key is string key && (entry.Value is null or string || Type.GetTypeCode(entry.Value.GetType()) is >= TypeCode.Boolean and <= TypeCode.Decimal && !entry.Value.GetType().IsEnum))
                {
                    entries.Add((writer.Trail.Trim(key)!, entry.Value is string text ? writer.Trail.Trim(text) : entry.Value));
                }
            }
        }
        catch (Exception failure)
        {
            entries.Add(("Data", $"(asking for it failed with {failure.GetType()})"));
        }

        writer.WriteVarint((ulong)entries.Count);
        foreach ((string key, object? value) in entries)
        {
            writer.WriteString(key);
            PlainValues.Write(writer, value);
        }
    }

    private static KeyValuePair<string, object?>[] ReadData(ref PayloadReader reader)
    {
        var entries = new KeyValuePair<string, object?>[reader.ReadCount(2)];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new(reader.ReadString() ?? "", PlainValues.Read(ref reader));
        }

        return entries;
    }
}
