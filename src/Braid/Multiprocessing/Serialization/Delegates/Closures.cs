using System.Collections.Concurrent;
using System.Reflection;

namespace Braid.Multiprocessing;

/// <summary>Codec for the objects in which the compiler keeps captured variables: sends the variables that the lambda uses.</summary>
/// <remarks>
/// Lambdas over the same variables share the object in the receiver too. Since each lambda brings the variables it uses, every reference to
/// the object is followed by the variables that no earlier one brought: the number of each, then its value; zero ends the list.
/// </remarks>
internal sealed class ClosureCodec
{
    private const string OuterClosure = "CS$<>8__locals";

    private static readonly ConcurrentDictionary<Type, ClosureCodec> s_codecs = new();

    private readonly Type _type;
    private readonly Variable[] _variables;

    private ClosureCodec(Type type)
    {
        _type = type;
        _variables =
        [
            .. FieldList.FieldsOf(
                type).Select(static field =>
                    field.Name.StartsWith(OuterClosure, StringComparison.Ordinal) && FieldText.IsClosure(field.FieldType)
                ? new Variable(field, Outer: true, Codec: null)
                : new Variable(field, Outer: false, PayloadCodec.Of(field.FieldType))),
        ];
    }

    public static ClosureCodec Of(Type type) => s_codecs.GetOrAdd(type, static type => new ClosureCodec(type));

    public void Write(PayloadWriter writer, object closure, ClosureUse use)
    {
        writer.WriteVarint(writer.TryAddObject(closure, out int number) ? 0 : (ulong)number + 1);
        for (int index = 0; index < _variables.Length; index++)
        {
            (FieldInfo field, bool isOuter, PayloadCodec? codec) = _variables[index];
            if (!use.Uses(field))
            {
                continue;
            }

            if (isOuter)
            {
                if (field.GetValue(closure) is { } outer)
                {
                    writer.WriteVarint((ulong)index + 1);
                    Of(field.FieldType).Write(writer, outer, use);
                }
            }
            else if (writer.TryAddVariable(closure, field))
            {
                writer.WriteVarint((ulong)index + 1);
                WriteValue(writer, closure, field, codec!);
            }
        }

        writer.WriteVarint(0);
    }

    public object Read(ref PayloadReader reader)
    {
        ulong mention = reader.ReadVarint();
        object closure = mention == 0 ? NewClosure(ref reader) : reader.ObjectAt(mention - 1);
        if (closure.GetType() != _type)
        {
            throw PayloadException.Damaged(
                $"a {TypeText.Of(closure.GetType())} came where the variables of {TypeText.Of(_type)} were expected");
        }

        while (reader.ReadVarint() is not 0 and ulong index)
        {
            if (index > (ulong)_variables.Length)
            {
                throw PayloadException.Damaged($"it names variable {index} of {_variables.Length}");
            }

            (FieldInfo field, bool isOuter, PayloadCodec? codec) = _variables[index - 1];
            field.SetValue(closure, isOuter ? Of(field.FieldType).Read(ref reader) : codec!.ReadBoxed(ref reader));
        }

        return closure;
    }

    private static void WriteValue(PayloadWriter writer, object closure, FieldInfo field, PayloadCodec codec)
    {
        try
        {
            codec.WriteBoxed(writer, field.GetValue(closure));
        }
        catch (PayloadException exception) when (exception.RecordStep(FieldText.Of(field)))
        {
            throw new UnreachableException();
        }
    }

    private object NewClosure(ref PayloadReader reader)
    {
        int number = reader.ReserveObject();
        object closure = RuntimeHelpers.GetUninitializedObject(_type);
        reader.SetObject(number, closure);
        return closure;
    }

    private readonly record struct Variable(FieldInfo Field, bool Outer, PayloadCodec? Codec);
}

/// <summary>Which captured variables a lambda uses: only those travel with it.</summary>
/// <remarks>
/// <para>
/// The compiler keeps the variables that <em>any</em> lambda of a scope captures in one object, so a lambda that uses a number would drag
/// along the pool, the socket and the progress bar that its neighbours use. What a lambda can reach of that object is visible in its code:
/// no source code can name the object, so it is accessed only by instructions that name one of its fields.
/// </para>
/// <para>
/// The analysis follows the code into lambdas and local functions that it creates or calls, and into the state machines of asynchronous
/// methods and iterators, which hold the object as a field. If code cannot be read, every variable counts as used.
/// </para>
/// </remarks>
internal sealed class ClosureUse
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<MethodBase, ClosureUse> s_known = new();

    private readonly HashSet<(Module, int)> _fields = [];
    private readonly HashSet<MethodBase> _seen = [];
    private bool _usesAll;

    private ClosureUse(MethodBase method) => Follow(method);

    /// <summary>What the method uses, and all the code it reaches.</summary>
    public static ClosureUse Of(MethodBase method) => s_known.GetOrAdd(method, static method => new ClosureUse(method));

    public bool Uses(FieldInfo field) => _usesAll || _fields.Contains((field.Module, field.MetadataToken));

    private void Follow(MethodBase method)
    {
        if (!_seen.Add(method))
        {
            return;
        }

        if (MethodCode.Of(method) is not { } code)
        {
            _usesAll |= !method.IsAbstract;
            return;
        }

        foreach (Instruction instruction in code)
        {
            _usesAll |= instruction.IsUnreadable;
            Use(instruction.Member);
        }
    }

    private void Use(MemberInfo? member)
    {
        switch (member)
        {
            case FieldInfo field:
                _fields.Add((field.Module, field.MetadataToken));
                FollowStateMachine(field.DeclaringType);
                break;
            case MethodBase method when method.Name.StartsWith('<'):
                Follow(method);
                break;
            case MethodBase method:
                FollowStateMachine(method.DeclaringType);
                break;
            case Type type:
                FollowStateMachine(type);
                break;
            default:
                break;
        }
    }

    private void FollowStateMachine(Type? type)
    {
        if (type is not null && type.Name.StartsWith('<')
            && (type.IsAssignableTo(typeof(IAsyncStateMachine)) || type.IsAssignableTo(typeof(System.Collections.IEnumerator))))
        {
            foreach (MethodBase method in type.GetMethods(Declared))
            {
                Follow(method);
            }
        }
    }
}
