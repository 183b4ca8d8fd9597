using System.Collections;

namespace Braid.Multiprocessing;

/// <summary>The way of exceptions: a description that always arrives, and beside it what rebuilds the exception where its type is known.</summary>
/// <remarks>
/// Whatever an exception does while it is asked - its getters throw, its message has 100 MB, its inner exceptions run in a circle - the description is written. The rest, the name of
/// the type and the fields that derived classes add, lies apart, so that a reader who cannot use it skips it. When something in it cannot travel, the reason is written instead.
/// The parent loads no assembly to rebuild an exception (<see cref="ProgramCode"/>), and no constructor of its type runs.
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
            (byte[] rebuilding, string? reason) = Rebuilding(writer, exception);
            bool tellsInner = exception.InnerException is not null && (exception is not AggregateException || rebuilding.Length == 0);
            writer.WriteByte(tellsInner ? (byte)1 : (byte)0);
            if (tellsInner)
            {
                Write(writer, exception.InnerException!);
            }

            writer.WriteString(trail.Trim(reason));
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
            return new RemoteException(typeName, message, null, null, "");
        }

        string? raw = reader.ReadByte() == MessageIsRaw ? message : reader.ReadString();
        var image = new ExceptionImage(typeName, message, raw, reader.ReadString(), reader.ReadRaw<int>(), reader.ReadString(), reader.ReadString(), null) { Data = ReadData(ref reader) };
        if (reader.ReadByte() != 0)
        {
            image = image with { Inner = (Exception)Read(ref reader, number) };
        }

        string? reason = reader.ReadString();
        ReadOnlySpan<byte> rebuilding = reader.ReadSpan(reader.ReadCount(1));
        return reason is not null ? image.StandIn(reason)
            : !reader.AllowTypes || rebuilding.Length == 0 ? image.StandIn("only plain data is accepted from there.")
            : Rebuild(image, rebuilding);
    }

    private static unsafe Exception Rebuild(in ExceptionImage image, ReadOnlySpan<byte> rebuilding)
    {
        try
        {
            fixed (byte* start = rebuilding)
            {
                var apart = new PayloadReader(start, rebuilding.Length);
                return NameCache.Resolve(apart.ReadSpan(apart.ReadCount(1))) is Type { IsAbstract: false, ContainsGenericParameters: false } type && type.IsAssignableTo(typeof(Exception))
                    ? image.Rebuild(type, ref apart) : throw PayloadException.Damaged("what was thrown is no exception");
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return image.StandIn(SafeText.MessageOf(exception));   // whatever stands in its way, another build, a damaged part, a setter that throws: the description is whole
        }
    }

    /// <summary>The name of the type and the fields that rebuild the exception; nothing and the reason when it cannot be rebuilt.</summary>
    private static (byte[] Parts, string? Reason) Rebuilding(PayloadWriter writer, Exception exception)
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
            return (buffer.Written.ToArray(), null);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return ([], SafeText.MessageOf(failure));   // something in it cannot travel: the description still does
        }
    }

    private static void WriteData(PayloadWriter writer, Exception exception)
    {
        List<(object Key, object? Value)> entries = [];
        try
        {
            foreach (DictionaryEntry entry in exception.Data)
            {
                entries.Add((entry.Key, entry.Value));
            }
        }
        catch (Exception failure)
        {
            entries.Add(("Data", $"(asking for it failed with {failure.GetType()})"));
        }

        int bytesLeft = MaximumFieldBytes;
        writer.WriteVarint((ulong)entries.Count);
        foreach ((object key, object? value) in entries)
        {
            WriteDatum(writer, key, ref bytesLeft);
            WriteDatum(writer, value, ref bytesLeft);
        }
    }

    /// <summary>Numbers and texts say themselves what they are; other objects lie apart, so that a reader who cannot use them skips them.</summary>
    private static void WriteDatum(PayloadWriter writer, object? value, ref int bytesLeft)
    {
        if (value is null or string || (Type.GetTypeCode(value.GetType()) is >= TypeCode.Boolean and <= TypeCode.Decimal && !value.GetType().IsEnum))
        {
            PlainValues.Write(writer, value is string text ? writer.Trail.Trim(text) : value);
            return;
        }

        try
        {
            var buffer = new LimitedBuffer(bytesLeft);
            PayloadCodec<object>.Instance.Write(writer.Apart(buffer), value);
            bytesLeft -= buffer.Written.Length;
            writer.WriteByte((byte)TypeCode.Object);
            writer.WriteVarint((ulong)buffer.Written.Length);
            writer.WriteBytes(buffer.Written);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            PlainValues.Write(writer, writer.Trail.Trim($"(a {TypeText.Of(value.GetType())} that did not travel: {SafeText.MessageOf(failure)})"));
        }
    }

    private static KeyValuePair<object, object?>[] ReadData(ref PayloadReader reader)
    {
        var entries = new KeyValuePair<object, object?>[reader.ReadCount(2)];
        for (int i = 0; i < entries.Length; i++)
        {
            object key = ReadDatum(ref reader) ?? "";
            entries[i] = new(key, ReadDatum(ref reader));
        }

        return entries;
    }

    private static unsafe object? ReadDatum(ref PayloadReader reader)
    {
        if (reader.PeekByte() != (byte)TypeCode.Object)
        {
            return PlainValues.Read(ref reader);
        }

        reader.ReadByte();
        ReadOnlySpan<byte> bytes = reader.ReadSpan(reader.ReadCount(1));
        try
        {
            fixed (byte* start = bytes)
            {
                var apart = new PayloadReader(start, bytes.Length, reader.AllowTypes);
                return PayloadCodec<object>.Instance.Read(ref apart);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return $"(a value that could not be read here: {SafeText.MessageOf(failure)})";
        }
    }
}
