namespace Braid.Multiprocessing;

/// <summary>
/// Codec for exceptions: a description that always arrives, and the parts from which the exception is rebuilt if its type is known.
/// </summary>
/// <remarks>
/// The description is written whatever the exception does when it is queried: its getters may throw, its message may have 100 MB, its inner
/// exceptions may form a cycle. The name of the type and the fields that derived classes add are written apart, so that a reader that
/// cannot use them skips them. If something in them cannot travel, the reason is written instead. The parent loads no assembly to rebuild
/// an exception (<see cref="ProgramCode"/>), and no constructor of its type runs.
/// </remarks>
internal sealed class ExceptionCodec : ObjectCodec
{
    private const int MaximumFieldBytes = 256 * 1024;
    private const byte LeftOut = 0;
    private const byte Described = 1;
    private const byte MessageIsRaw = 1;

    public static ExceptionCodec Instance { get; } = new();

    public override ReferenceKind Kind => ReferenceKind.Exception;

    public override void Write(PayloadWriter writer, object value)
    {
        var exception = (Exception)value;
        ExceptionLimits limits = writer.Limits;
        string? leftOut = limits.TryEnter(exception);
        writer.WriteByte(leftOut is null ? Described : LeftOut);
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
            writer.WriteString(limits.Trim(message));
            writer.WriteByte(raw == message ? MessageIsRaw : (byte)0);
            if (raw != message)
            {
                writer.WriteString(limits.Trim(raw));
            }

            writer.WriteString(limits.Trim(SafeText.StackTraceOf(exception)));
            writer.WriteRaw(exception.HResult);
            writer.WriteString(limits.Trim(SafeText.SourceOf(exception)));
            writer.WriteString(limits.Trim(SafeText.HelpLinkOf(exception)));
            ExceptionData.Write(writer, exception);
            (byte[] rebuilding, string? reason) = writer.Source == PayloadSource.Peer ? ([], null) : Rebuilding(writer, exception);
            bool writesInner = exception.InnerException is not null && (exception is not AggregateException || rebuilding.Length == 0);
            writer.WriteByte(writesInner ? (byte)1 : (byte)0);
            if (writesInner)
            {
                Write(writer, exception.InnerException!);
            }

            writer.WriteString(limits.Trim(reason));
            writer.WriteVarint((ulong)rebuilding.Length);
            writer.WriteBytes(rebuilding);
        }
        finally
        {
            limits.Leave();
        }
    }

    public override unsafe object Read(ref PayloadReader reader, int number)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw PayloadException.Damaged("exceptions lie inside each other without end");
        }

        byte described = reader.ReadByte();
        string typeName = reader.ReadString() ?? "";
        string message = reader.ReadString() ?? "";
        if (described == LeftOut)
        {
            return new RemoteException(typeName, message, null, null, "");
        }

        string? raw = reader.ReadByte() == MessageIsRaw ? message : reader.ReadString();
        var image = new ExceptionImage(
            typeName,
            message,
            raw,
            reader.ReadString(),
            reader.ReadRaw<int>(),
            reader.ReadString(),
            reader.ReadString(),
            null)
        {
            Data = ExceptionData.Read(ref reader),
        };
        if (reader.ReadByte() != 0)
        {
            image = image with { Inner = (Exception)Read(ref reader, number) };
        }

        string? reason = reader.ReadString();
        ReadOnlySpan<byte> rebuilding = reader.ReadSpan(reader.ReadCount(1));
        return reason is not null ? image.StandIn(reason)
            : reader.Source == PayloadSource.Peer || rebuilding.Length == 0 ? image.StandIn("only plain data is accepted from there.")
            : Rebuild(image, rebuilding, reader.Source);
    }

    private static unsafe Exception Rebuild(in ExceptionImage image, ReadOnlySpan<byte> rebuilding, PayloadSource source)
    {
        try
        {
            fixed (byte* start = rebuilding)
            {
                var apart = new PayloadReader(start, rebuilding.Length, source);
                ReadOnlySpan<byte> name = apart.ReadSpan(apart.ReadCount(1));
                object named = source == PayloadSource.Program ? NameCache.Resolve(name) : NameReader.ResolveLoaded(name);
                return named is Type { IsAbstract: false, ContainsGenericParameters: false } type && type.IsAssignableTo(typeof(Exception))
                    ? image.Rebuild(type, ref apart) : throw PayloadException.Damaged("what was thrown is no exception");
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // whatever prevents the rebuilding (another build, a damaged part, a setter that throws), the description is intact
            return image.StandIn(SafeText.MessageOf(exception));
        }
    }

    /// <summary>
    /// Returns the name of the type and the fields from which the exception is rebuilt, or nothing and the reason why it cannot be.
    /// </summary>
    private static (byte[] Parts, string? Reason) Rebuilding(PayloadWriter writer, Exception exception)
    {
        try
        {
            _ = exception.Message;      // an exception whose Message throws would fail in whoever catches it: only its description travels
            _ = exception.StackTrace;
            var buffer = new LimitedBuffer(MaximumFieldBytes);
            PayloadWriter apart = writer.CreateNested(buffer);
            byte[] name = TypeName.Of(exception.GetType());
            apart.WriteVarint((ulong)name.Length);
            apart.WriteBytes(name);
            ExceptionParts.FieldsOf(exception.GetType()).Write(apart, exception);
            return (buffer.Written.ToArray(), null);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return ([], SafeText.MessageOf(failure));   // something in it cannot travel; the description still can
        }
    }
}
