using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Codec for objects whose state lies in shared memory: the handle. The receiver builds an object over the same memory.</summary>
/// <remarks>
/// The writer keeps a lease of the segment in its list of carried leases until the sender knows that the segment was opened or never will
/// be.
/// </remarks>
internal sealed class SharedCodec : ObjectCodec
{
    private static readonly ConcurrentDictionary<Type, Func<Segment, long, IShared?, object>> s_builders = new();
    private static readonly MethodInfo s_build =
        new Func<Segment, long, IShared?, object>(Build<NoSharedObject>).Method.GetGenericMethodDefinition();

    public static SharedCodec Instance { get; } = new();

    public override ReferenceKind Kind => ReferenceKind.Shared;

    public override void Write(PayloadWriter writer, object value)
    {
        var shared = (IShared)value;
        byte[] name = TypeName.Of(value.GetType());
        ThrowIfPlain(value.GetType(), writer.Source);
        if (!writer.AllowShared)
        {
            throw PayloadException.CannotTravel(
                value.GetType(),
                "it lies in memory that processes share, and its receiver is in a sandbox, where it can open none. Send what is in it.");
        }

        Lease lease = shared.Lend();
        writer.Carry(lease);
        writer.WriteName(name);
        writer.WriteRaw(lease.Segment.Handle);
        writer.WriteRaw(lease.SubHandle);
        PayloadCodec<object?>.Instance.Write(writer, shared.Companion);
    }

    public override object Read(ref PayloadReader reader, int number)
    {
        Type type = reader.ReadType();
        if (!type.IsAssignableTo(typeof(IShared)))
        {
            throw PayloadException.Damaged($"{TypeText.Of(type)} is no shared object");
        }

        SegmentHandle handle = reader.ReadRaw<SegmentHandle>();
        long subHandle = reader.ReadRaw<long>();
        Func<Segment, long, IShared?, object> build = s_builders.GetOrAdd(
            type, static type => s_build.MakeGenericMethod(type).CreateDelegate<Func<Segment, long, IShared?, object>>());
        object? companion = PayloadCodec<object?>.Instance.Read(ref reader);
        if (companion is not (null or IShared))
        {
            throw PayloadException.Damaged($"{TypeText.Of(companion.GetType())} is no shared object");
        }

        Segment segment = Open(type, handle);
        try
        {
            return build(segment, subHandle, (IShared?)companion);
        }
        catch
        {
            segment.Release();
            throw;
        }
    }

    /// <summary>Refuses an object that lives in the memory of this machine where only plain data is accepted.</summary>
    public static void ThrowIfPlain(Type type, PayloadSource source)
    {
        if (source != PayloadSource.Program)
        {
            throw PayloadException.CannotTravel(
                type,
                "it lies in memory that the processes of one program share, and " +
                $"{(source == PayloadSource.Sandbox ? "comes out of no sandbox" : "goes over no socket")}. Send what is in it.");
        }
    }

    private static Segment Open(Type type, in SegmentHandle handle)
    {
        try
        {
            return Segment.Open(handle);
        }
        catch (IOException exception)
        {
            throw new PayloadException($"The {TypeText.Of(type)} that arrived cannot be opened: {exception.Message}", exception);
        }
    }

    private static object Build<T>(Segment segment, long subHandle, IShared? companion)
        where T : IShared<T> => companion is null ? T.Over(segment, subHandle) : T.Over(segment, companion);

    private sealed class NoSharedObject : IShared<NoSharedObject>
    {
        public Segment Segment => throw new UnreachableException();

        public static NoSharedObject Over(Segment segment) => throw new UnreachableException();
    }
}

/// <summary>Codec for objects in named memory: the name. The receiver attaches to it.</summary>
internal sealed class NamedSharedCodec<T> : ObjectCodec
    where T : class, INamedShared<T>
{
    public override void Write(PayloadWriter writer, object value)
    {
        SharedCodec.ThrowIfPlain(typeof(T), writer.Source);
        writer.WriteString(((T)value).Name);
    }

    public override object Read(ref PayloadReader reader, int number)
    {
        SharedCodec.ThrowIfPlain(typeof(T), reader.Source);
        string name = reader.ReadString() ?? throw PayloadException.Damaged("shared memory came without its name");
        try
        {
            return T.Attach(name);
        }
        catch (IOException exception)
        {
            throw new PayloadException($"The {TypeText.Of(typeof(T))} that arrived cannot be attached: {exception.Message}", exception);
        }
    }
}
