namespace Braid.Multiprocessing;

/// <summary>Codec for a declared reference type: what kind of reference it is, then the object.</summary>
internal sealed class ReferenceCodec<T> : PayloadCodec<T>
    where T : class?
{
    private ObjectCodec? _own;         // any thread; the codec for T itself, always the same one

    public override bool MayReadBoxes { get; } = typeof(T).IsInterface || typeof(T).IsAssignableFrom(typeof(ValueType));

    public override void Write(PayloadWriter writer, T value)
    {
        if (value is null)
        {
            writer.WriteByte((byte)ReferenceKind.Null);
            return;
        }

        Type type = value.GetType();
        ObjectCodec codec = type == typeof(T) ? _own ??= ObjectCodec.Of(type) : writer.CodecOf(type);
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
            throw PayloadException.CannotTravel(
                type, "it lies too deep in a chain of objects for the stack of this thread. Put the chain into a list.");
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
            ReferenceKind.Back => Cast(reader.ReadBackReference()),
            ReferenceKind.Exact => ReadObject(ref reader, _own ??= ObjectCodec.Of(typeof(T))),
            ReferenceKind.Other => ReadOther(ref reader),
            ReferenceKind.Delegate => ReadObject(ref reader, DelegateCodec.Instance),
            ReferenceKind.Exception => ReadObject(ref reader, ExceptionCodec.Instance),
            ReferenceKind.Type => ReadObject(ref reader, TypeCodec.Instance),
            ReferenceKind.Shared => ReadObject(ref reader, SharedCodec.Instance),
            > ReferenceKind.Plain when BoxedCodec.Marked(kind) is { } plain => Cast(plain.Read(ref reader, ObjectCodec.Unnumbered)),
            _ => throw PayloadException.Damaged($"no reference begins with {(byte)kind}"),
        };
    }

    private static T ReadOther(ref PayloadReader reader)
    {
        Type type = reader.ReadType();
        return type.IsAssignableTo(typeof(T)) && !type.ContainsGenericParameters && !type.IsByRefLike
            ? ReadObject(ref reader, ObjectCodec.Of(type))
            : throw PayloadException.Damaged($"a {TypeText.Of(type)} came where a {TypeText.Of(typeof(T))} was expected");
    }

    private static T ReadObject(ref PayloadReader reader, ObjectCodec codec)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new PayloadException(
                "The payload holds a chain of objects too deep for the stack of this thread. Put the chain into a list.");
        }

        int number = codec.HasIdentity ? reader.ReserveObject() : ObjectCodec.Unnumbered;
        object value = codec.Read(ref reader, number);
        if (codec.HasIdentity)
        {
            reader.SetObject(number, value);
        }

        return Cast(value);
    }

    private static T Cast(object value) => value as T ?? throw (value is RemoteException remote
        ? new PayloadException(
            $"A {remote.TypeName} could not be rebuilt here, and a {TypeText.Of(typeof(T))} is needed: {remote.Message}", remote)
        : PayloadException.Damaged($"a {TypeText.Of(value.GetType())} came where a {TypeText.Of(typeof(T))} was expected"));
}

/// <summary>The byte with which a reference begins.</summary>
internal enum ReferenceKind : byte
{
    /// <summary>Nothing follows.</summary>
    Null = 0,

    /// <summary>An object of exactly the declared type follows.</summary>
    Exact = 1,

    /// <summary>The number of an object of this payload follows.</summary>
    Back = 2,

    /// <summary>The name of a type follows, then an object of that type.</summary>
    Other = 3,

    /// <summary>A delegate follows, which names its own type.</summary>
    Delegate = 4,

    /// <summary>An exception follows, which names its own type.</summary>
    Exception = 5,

    /// <summary>The name of a type follows, and is the value.</summary>
    Type = 6,

    /// <summary>The handle of a shared object follows.</summary>
    Shared = 7,

    /// <summary>Among elements: a <see cref="Plain"/> kind and a number follow, and then so many values of it.</summary>
    Run = 8,

    /// <summary>From here on, plus the type code: a number or a string follows, which has no identity.</summary>
    Plain = 16,
}

/// <summary>Numbers objects by identity in the order of their first appearance in a payload.</summary>
/// <remarks>
/// A handful are found by linear search, which is faster than hashing and allocates once; beyond that a dictionary takes over.
/// </remarks>
internal struct ReferenceTable
{
    private const int Few = 16;

    private object?[]? _few;
    private Dictionary<object, int>? _many;
    private int _count;

    /// <summary>Gives the object the next number; false if it already has one.</summary>
    public bool TryAdd(object value, out int index)
    {
        if (_many is null && _count < Few)
        {
            if (TryFind(value, out index))
            {
                return false;
            }

            _few ??= new object?[Few];
            _few[_count++] = value;
            return true;
        }

        return TryAddToMany(value, out index);
    }

    public readonly int Count => _count;

    /// <summary>Finds the object's number; false if it has none.</summary>
    public readonly bool TryFind(object value, out int index)
    {
        if (_many is not null)
        {
            return _many.TryGetValue(value, out index);
        }

        for (index = 0; index < _count; index++)
        {
            if (ReferenceEquals(_few![index], value))
            {
                return true;
            }
        }

        return false;
    }

    public void Clear()
    {
        _few?.AsSpan(0, Math.Min(_count, Few)).Clear();
        _many = null;
        _count = 0;
    }

    private bool TryAddToMany(object value, out int index)
    {
        if (_many is null)
        {
            _many = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
            for (int i = 0; i < Few; i++)
            {
                _many.Add(_few![i]!, i);
            }
        }

        if (_many.TryGetValue(value, out index))
        {
            return false;
        }

        index = _count++;
        _many.Add(value, index);
        return true;
    }
}
