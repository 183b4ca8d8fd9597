namespace Braid.Multiprocessing;

/// <summary>The way of a declared reference type: which object it is, then the object.</summary>
internal sealed class ReferenceCodec<T> : PayloadCodec<T>
    where T : class?
{
    private ObjectCodec? _own;         // any thread; the way of T itself, always the same one

    public override void Write(PayloadWriter writer, T value)
    {
        if (value is null)
        {
            writer.WriteByte((byte)ReferenceKind.Null);
            return;
        }

        Type type = value.GetType();
        ObjectCodec codec = type == typeof(T) ? _own ??= ObjectCodec.Of(type) : ObjectCodec.Of(type);
        if (codec.Kind > ReferenceKind.Plain)
        {
            writer.WriteByte((byte)codec.Kind);
            codec.Write(writer, value);
            return;
        }

        if (codec.HasIdentity && !writer.TryAddObject(value, out int index))
        {
            writer.WriteByte((byte)ReferenceKind.Back);
            writer.WriteVarint((ulong)index);
            return;
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw PayloadException.CannotTravel(type, "it lies too deep in a chain of objects for the stack of this thread. Put the chain into a list.");
        }

        if (codec.Kind != ReferenceKind.Exact)
        {
            writer.WriteByte((byte)codec.Kind);
        }
        else if (type == typeof(T))
        {
            writer.WriteByte((byte)ReferenceKind.Exact);
        }
        else
        {
            writer.WriteByte((byte)ReferenceKind.Other);
            codec.ThrowIfRefused(value);
            writer.WriteName(TypeName.Of(type));
        }

        codec.Write(writer, value);
    }

    public override T Read(ref PayloadReader reader)
    {
        var kind = (ReferenceKind)reader.ReadByte();
        return kind switch
        {
            ReferenceKind.Null => null!,
            ReferenceKind.Back => Fitting(reader.ReadBackReference()),
            ReferenceKind.Exact => ReadObject(ref reader, _own ??= ObjectCodec.Of(typeof(T))),
            ReferenceKind.Other => ReadOther(ref reader),
            ReferenceKind.Delegate => ReadObject(ref reader, DelegateCodec.Instance),
            ReferenceKind.Exception => ReadObject(ref reader, ExceptionCodec.Instance),
            ReferenceKind.Type => ReadObject(ref reader, TypeCodec.Instance),
            ReferenceKind.Shared => ReadObject(ref reader, SharedCodec.Instance),
            > ReferenceKind.Plain when BoxedCodec.Marked(kind) is { } plain => Fitting(plain.Read(ref reader, ObjectCodec.Unnumbered)),
            _ => throw PayloadException.Damaged($"no reference begins with {(byte)kind}"),
        };
    }

    private static T ReadOther(ref PayloadReader reader)
    {
        Type type = reader.ReadType();
        return type.IsAssignableTo(typeof(T)) && !type.ContainsGenericParameters && !type.IsByRefLike ? ReadObject(ref reader, ObjectCodec.Of(type))
            : throw PayloadException.Damaged($"a {TypeText.Of(type)} came where a {TypeText.Of(typeof(T))} was expected");
    }

    private static T ReadObject(ref PayloadReader reader, ObjectCodec codec)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new PayloadException("The payload holds a chain of objects too deep for the stack of this thread. Put the chain into a list.");
        }

        int number = codec.HasIdentity ? reader.ReserveObject() : ObjectCodec.Unnumbered;
        object value = codec.Read(ref reader, number);
        if (codec.HasIdentity)
        {
            reader.SetObject(number, value);
        }

        return Fitting(value);
    }

    private static T Fitting(object value) => value as T ?? throw (value is RemoteException remote
        ? new PayloadException($"A {remote.TypeName} could not be rebuilt here, and a {TypeText.Of(typeof(T))} is needed: {remote.Message}", remote)
        : PayloadException.Damaged($"a {TypeText.Of(value.GetType())} came where a {TypeText.Of(typeof(T))} was expected"));
}
