using System.Collections;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Braid.Multiprocessing;

/// <summary>What cannot leave its process, and what to pass instead.</summary>
internal static class Refusals
{
    private const string Handle = "it is bound to an operating system handle. Pass what is needed to open it again.";
    private const string Running = "it is something that runs in this process. Wait for its result and pass that.";
    private const string InProcess =
        "it lives in the memory of this process and would coordinate nothing in another one. Use its counterpart of " +
        "Braid.Multiprocessing; if it is a field of yours that is not needed there, mark it [NonSerialized].";
    private const string Lazy =
        "it is a lazy sequence: its elements have not been made yet, and enumerating it in the receiver would run its code there. Call " +
        "ToList() or ToArray() and pass the result.";
    private const string SequenceOfFSharp = "Microsoft.FSharp.Core.CompilerServices.GeneratedSequenceBase`1";
    private const string Reflection = "it describes code of this process. Pass a delegate.";

    private static readonly string[] s_ownNamespaces =
        ["Braid.Threading", "Braid.Queues", "Braid.Futures", "Braid.AsyncIO", "Braid.Waiting", "Braid.Diagnostics"];

    private static readonly string[] s_inProcess =
    [
        "System.Threading.ThreadLocal`1", "System.Threading.AsyncLocal`1", "System.WeakReference`1",
        "System.Collections.Concurrent.BlockingCollection`1", "System.Threading.Channels.Channel`1",
        "System.Runtime.CompilerServices.ConditionalWeakTable`2",
    ];

    private static readonly Dictionary<string, string> s_baseClasses = new()
    {
        ["System.Data.DataTable"] =
            "its rows, columns and rules are bound to each other in this process. Pass the rows (ItemArray), or what WriteXml writes of " +
            "it.",
        ["System.Data.DataSet"] =
            "its tables and relations are bound to each other in this process. Pass the rows (ItemArray), or what WriteXml writes of it.",
        ["System.Data.DataRow"] = "it belongs to a table. Pass its ItemArray.",
        ["System.Xml.XmlNode"] = "it belongs to a document. Pass its OuterXml, or the document.",
    };

    private static readonly (Type Base, string Reason)[] s_reasons =
    [
        (typeof(SafeHandle), Handle),
        (typeof(CriticalHandle), Handle),
        (
            typeof(Stream),
            "it is a stream, and what it reads from or writes to stays in this process. Pass its bytes, or what is needed to open it " +
            "again."),
        (typeof(System.Net.Sockets.Socket), Handle),
        (typeof(System.Threading.WaitHandle), InProcess),
        (typeof(System.Threading.Thread), Running),
        (typeof(Task), Running),
        (typeof(ValueTask), Running),
        (typeof(System.Threading.Timer), Running),
        (
            typeof(System.Threading.CancellationTokenSource),
            "it is an object of this process, and cancelling it would be noticed here only. Pass a shared event."),
        (typeof(System.Threading.Lock), InProcess),
        (typeof(System.Threading.Barrier), InProcess),
        (typeof(System.Threading.CountdownEvent), InProcess),
        (typeof(System.Threading.ReaderWriterLockSlim), InProcess),
        (typeof(MemberInfo), Reflection),
        (typeof(Assembly), Reflection),
        (typeof(Module), Reflection),
        (typeof(AssemblyLoadContext), Reflection),
        (typeof(HashCode), "it mixes hash codes by a number that differs in each process. Pass what it was made from."),
        (typeof(IQueryable), Lazy),
        (typeof(Expression), "it is a tree of references to code of this process. Pass a delegate."),
        (typeof(MarshalByRefObject), "it is bound to this process. Pass what is needed to make it again."),
    ];

    /// <summary>
    /// The reason for refusing a class of .NET for which there is a better thing to pass; found by name, so that the check does not load
    /// its assembly.
    /// </summary>
    private static string? ReasonByBaseClass(Type type)
    {
        for (Type? at = type; at is not null; at = at.BaseType)
        {
            if (s_baseClasses.TryGetValue(at.FullName ?? "", out string? reason) && Origin.IsFramework(at))
            {
                return reason;
            }
        }

        return null;
    }

    /// <summary>
    /// Whether enumerating objects of the type runs their own code to make the elements: iterators of the compiler, of .NET and of F#.
    /// </summary>
    private static bool IsLazy(Type type) =>
        (type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
            && (type.IsAssignableTo(typeof(IEnumerator)) || type.IsAssignableTo(typeof(IAsyncStateMachine))
            || Array.Exists(
                type.GetInterfaces(), static face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IAsyncEnumerator<>))))
        || (type.IsAssignableTo(typeof(IEnumerable)) && !Origin.IsVisible(type) && !type.IsValueType
            && (Origin.IsFramework(type) || type.Assembly.GetName().Name == "FSharp.Core"))
        || DerivesFromSequenceOfFSharp(type);

    private static bool DerivesFromSequenceOfFSharp(Type type) =>
        type.BaseType is { } parent
            && (parent.FullName?.StartsWith(SequenceOfFSharp, StringComparison.Ordinal) == true || DerivesFromSequenceOfFSharp(parent));

    /// <summary>Why values of the type are refused; null if they are not, or not because of their type.</summary>
    public static string? ReasonFor(Type type)
    {
        if (IsPointerLike(type))
        {
            return "it is an address, which means nothing in another process.";
        }

        if (type.IsByRefLike)
        {
            return "it lives on a stack. Pass an array.";
        }

        if (!type.IsValueType && Array.Exists(s_ownNamespaces, name => type.Namespace == name) && !type.IsAssignableTo(typeof(Exception))
            && !IsMadeToTravel(type))
        {
            return InProcess;
        }

        foreach ((Type parent, string reason) in s_reasons)
        {
            if (type.IsAssignableTo(parent))
            {
                return reason;
            }
        }

        return type.FullName is "System.Threading.SemaphoreSlim" or "System.Threading.ManualResetEventSlim" ? InProcess
            : type.IsGenericType && Array.IndexOf(s_inProcess, type.GetGenericTypeDefinition().FullName) >= 0 ? InProcess
            : IsLazy(type) ? Lazy
            : ReasonByBaseClass(type) is { } special ? special
            : type != typeof(string) && !type.IsValueType && Origin.IsFramework(type) && type.IsAssignableTo(typeof(IEnumerable))
                ? "it is a collection of .NET that only this process knows how to make. Pass an array or a list of its elements."
            : type.IsValueType && !type.IsPrimitive && PointerIn(type, []) is { } field
                ? $"its {field} is an address, which means nothing in another process."
            : OfProgram(type) ?? HashesOf(type);
    }

    public static bool IsPointerLike(Type type) =>
        type.IsPointer || type.IsByRef || type.IsFunctionPointer || type == typeof(nint) || type == typeof(nuint) || type == typeof(void)
            || type == typeof(TypedReference);

    private static string? HashesOf(Type type) =>
        Origin.IsFramework(type) || type.IsArray || SerializableCodec.For(type) is not null || type.IsAssignableTo(typeof(Exception))
            || type.IsAssignableTo(typeof(Delegate))
            ? null
            : StoredHashCodes.WhyNot(type);

    private static string? OfProgram(Type type) =>
        Origin.IsFramework(type) || type.IsValueType ? null
        : type.GetMethod("Finalize", BindingFlags.Instance | BindingFlags.NonPublic, Type.EmptyTypes) is { } finalizer
            && finalizer.DeclaringType != typeof(object)
            ? "it has a finalizer, so it owns something that a copy would release a second time. Pass what is needed to make it again."
        : Collections.FindBase(type) is null && ParentOfDotNet(type) is { } parent && FieldList.FieldsOf(parent).Any()
            ? $"it derives from {TypeText.Of(parent)}, whose state is .NET's own and cannot be copied. Register a converter with " +
                "Payloads.Register."
        : type.IsImport ? Handle
        : null;

    private static Type? ParentOfDotNet(Type type)
    {
        Type? parent = type.BaseType;
        while (parent is not null && !Origin.IsFramework(parent))
        {
            parent = parent.BaseType;
        }

        return parent;
    }

    /// <summary>
    /// The first field of a struct that is an address, at any depth of structs without references; null if there is none.
    /// </summary>
    private static string? PointerIn(Type type, HashSet<Type> seen)
    {
        if (type.IsPrimitive || type.IsEnum || !seen.Add(type))
        {
            return null;
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            if (IsPointerLike(field.FieldType) || (field.FieldType.IsValueType && PointerIn(field.FieldType, seen) is not null))
            {
                return FieldText.Of(field) ?? field.Name;
            }
        }

        return null;
    }

    /// <summary>A closure of Braid's own code, or a type of Braid's that is marked as able to travel.</summary>
    private static bool IsMadeToTravel(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute), false) || type.IsDefined(typeof(SerializableAttribute), false);
}

/// <summary>Codec for values that cannot leave their process: refuses each.</summary>
internal sealed class RefusedCodec<T>(Type type, string reason) : PayloadCodec<T>
{
    public override void Write(PayloadWriter writer, T value) => throw PayloadException.CannotTravel(type, reason);

    public override T Read(ref PayloadReader reader) => throw PayloadException.CannotTravel(type, reason);
}

/// <summary>Codec for objects that cannot leave their process: refuses each.</summary>
internal sealed class RefusedObjectCodec(Type type, string reason) : ObjectCodec
{
    public override void ThrowIfRefused(object value) => throw PayloadException.CannotTravel(type, reason);

    public override void Write(PayloadWriter writer, object value) => ThrowIfRefused(value);

    public override object Read(ref PayloadReader reader, int number) => throw PayloadException.CannotTravel(type, reason);
}
