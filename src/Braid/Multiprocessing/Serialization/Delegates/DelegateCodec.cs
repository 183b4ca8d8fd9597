using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Codec for delegates: for each method, its name and the object it is called on.</summary>
/// <remarks>
/// The captured variables of a lambda are the fields of an object that the compiler generated; see <see cref="ClosureCodec"/>. Two lambdas
/// over the same variables share that object in the receiver too, and a lambda that calls itself refers to itself.
/// </remarks>
internal sealed class DelegateCodec : ObjectCodec
{
    public static DelegateCodec Instance { get; } = new();

    public override ReferenceKind Kind => ReferenceKind.Delegate;

    public override bool HasIdentity => false;

    public override void Write(PayloadWriter writer, object value)
    {
        var whole = (Delegate)value;
        if (whole.HasSingleTarget)
        {
            writer.WriteByte(1);
            WriteSingle(writer, whole);
            return;
        }

        Delegate[] parts = whole.GetInvocationList();
        writer.WriteVarint((ulong)parts.Length);
        foreach (Delegate part in parts)
        {
            WriteSingle(writer, part);
        }
    }

    public override object Read(ref PayloadReader reader, int number)
    {
        int count = reader.ReadCount(1);
        if (count == 1)
        {
            return ReadSingle(ref reader);
        }

        var parts = new Delegate[count];
        for (int i = 0; i < count; i++)
        {
            parts[i] = ReadSingle(ref reader);
        }

        return Delegate.Combine(parts) ?? throw PayloadException.Damaged("a delegate has no method");
    }

    private static void WriteSingle(PayloadWriter writer, Delegate single)
    {
        DelegateShape shape = DelegateShape.Of(single);
        writer.WriteName(shape.Name);
        if (shape.Closure is { } closure)
        {
            closure.Write(writer, single.Target!, shape.Use!);
            return;
        }

        try
        {
            shape.TargetCodec?.WriteBoxed(writer, single.Target);
        }
        catch (PayloadException exception) when (exception.RecordStep(shape.TargetText))
        {
            throw new UnreachableException();
        }
    }

    private static Delegate ReadSingle(ref PayloadReader reader)
    {
        DelegateShape shape = reader.ReadShape();
        return shape.Create(shape.Closure is { } closure ? closure.Read(ref reader) : shape.TargetCodec?.ReadBoxed(ref reader));
    }
}

/// <summary>A delegate without the object it holds: its type, its method, and where the object comes from. Created once for each.</summary>
internal sealed class DelegateShape
{
    private static readonly ConcurrentDictionary<(Type Type, MethodInfo Method, bool HasTarget), DelegateShape> s_shapes = new();

    private readonly Type _type;
    private readonly MethodInfo _method;

    // Any thread, by compare-exchange; a delegate without an object of its own is created once and shared. The exchange publishes it built,
    // and the read acquires it; a thread that reads null too early creates one in vain, and takes the first from the exchange.
    private Delegate? _ready;

    public DelegateShape(Type type, MethodInfo method, DelegateTarget target, byte[]? name = null)
    {
        (_type, _method, Target) = (type, method, target);
        Stamp = target == DelegateTarget.Held ? BuildStamp.Compute(method.DeclaringType!) : 0;
        if (target == DelegateTarget.Held && !method.IsStatic && FieldText.IsClosure(method.DeclaringType!))
        {
            Closure = ClosureCodec.Of(method.DeclaringType!);
            Use = ClosureUse.Of(method);
        }
        else if (target == DelegateTarget.Held)
        {
            TargetCodec = PayloadCodec.Of(TargetType(method));
        }

        Name = name ?? MakeName();
    }

    public DelegateTarget Target { get; }

    /// <summary>Codec for the object it holds; null if it holds none, or captured variables.</summary>
    public PayloadCodec? TargetCodec { get; }

    /// <summary>Codec for the captured variables, if that is what it holds.</summary>
    public ClosureCodec? Closure { get; }

    /// <summary>Which captured variables it uses.</summary>
    public ClosureUse? Use { get; }

    public uint Stamp { get; }

    public byte[] Name { get; }

    /// <summary>The object's name in messages; null if its fields are captured variables, which name themselves.</summary>
    public string? TargetText =>
        FieldText.IsClosure(_method.DeclaringType!) ? null
        : _method.Name.StartsWith('<')
            ? $"'this', captured in {TypeText.Of(_method.DeclaringType!)}.{_method.Name[1.._method.Name.LastIndexOf('>')]}"
        : $"the object of {TypeText.Of(_method.DeclaringType!)}.{_method.Name}";

    /// <summary>The shape of a delegate with one method.</summary>
    public static DelegateShape Of(Delegate single)
    {
        (Type, MethodInfo, bool) key = (single.GetType(), single.Method, single.Target is not null);
        return s_shapes.TryGetValue(key, out DelegateShape? shape) ? shape : s_shapes.GetOrAdd(key, Make(single));
    }

    public Delegate Create(object? target) =>
        Target == DelegateTarget.Held ? _method.CreateDelegate(_type, target) : Volatile.Read(ref _ready) ?? Prepare();

    private static DelegateShape Make(Delegate single)
    {
        MethodInfo method = single.Method;
        if (method.DeclaringType is not { } declaring || single.Target?.GetType().FullName == "System.Runtime.CompilerServices.Closure")
        {
            throw PayloadException.CannotTravel(
                single.GetType(),
                "its code was generated while this process ran (a compiled expression or a dynamic method), and exists nowhere else. Use " +
                "a method of the program.");
        }

        return new DelegateShape(single.GetType(), method,
            single.Target is null ? DelegateTarget.None
            : !method.IsStatic && FieldText.IsClosure(declaring) && single.Target.GetType() == declaring
                && !FieldList.FieldsOf(declaring).Any()
                ? DelegateTarget.Stateless
            : DelegateTarget.Held);
    }

    private static Type TargetType(MethodInfo method) =>
        method.IsStatic
            ? method.GetParameters() is [var first, ..] && !first.ParameterType.IsValueType ? first.ParameterType
            : throw PayloadException.Damaged($"{method.Name} takes no object")
        : method.DeclaringType!.IsValueType ? typeof(object) : method.DeclaringType!;

    private byte[] MakeName()
    {
        var builder = new NameBuilder();
        builder.Add(_type);
        builder.Add(_method.DeclaringType!);
        builder.AddToken(_method.MetadataToken);
        builder.Add(_method.IsGenericMethod ? _method.GetGenericArguments() : []);
        builder.AddByte((byte)Target);
        return builder.ToName(NameKind.Delegate, Stamp);
    }

    private Delegate Prepare()
    {
        Delegate ready = Target == DelegateTarget.None ? _method.CreateDelegate(_type)
            : _method.CreateDelegate(_type, RuntimeHelpers.GetUninitializedObject(_method.DeclaringType!));
        return Interlocked.CompareExchange(ref _ready, ready, null) ?? ready;
    }
}

/// <summary>How a delegate holds the object on which its method is called.</summary>
internal enum DelegateTarget : byte
{
    /// <summary>Not at all: a static method, or an instance method that takes its object as the first argument.</summary>
    None = 0,

    /// <summary>The compiler's object for lambdas that capture nothing; any new instance will do.</summary>
    Stateless = 1,

    /// <summary>As an object that travels with it.</summary>
    Held = 2,
}
