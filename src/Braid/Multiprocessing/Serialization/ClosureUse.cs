using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;

namespace Braid.Multiprocessing;

/// <summary>Which captured variables a lambda uses: only these travel with it.</summary>
/// <remarks>
/// <para>
/// The compiler keeps the variables that <em>any</em> lambda of a scope captures in one object, so a lambda that uses a number drags along
/// the pool, the socket and the progress bar that its neighbours use. What a lambda can reach of that object stands in its code: no
/// source can name the object, so it is touched only by instructions that name a field of it.
/// </para>
/// <para>
/// The code is followed into lambdas and local functions that it makes or calls, and into the state machines of asynchronous methods and
/// iterators, which hold the object as a field. Where code cannot be read, everything counts as used.
/// </para>
/// </remarks>
internal sealed class ClosureUse
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const byte TwoByteMark = 0xFE;

    private static readonly ConcurrentDictionary<MethodBase, ClosureUse> s_known = new();
    private static readonly OpCode[] s_oneByte = new OpCode[256];
    private static readonly OpCode[] s_twoBytes = new OpCode[256];

    private readonly HashSet<(Module, int)> _fields = [];
    private readonly HashSet<MethodBase> _seen = [];
    private bool _usesAll;

    static ClosureUse()
    {
        foreach (FieldInfo field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var code = (OpCode)field.GetValue(null)!;
            (code.Size == 1 ? s_oneByte : s_twoBytes)[code.Value & 0xFF] = code;
        }
    }

    private ClosureUse(MethodBase method)
    {
        try
        {
            Follow(method);
        }
        catch (Exception exception) when (exception is ArgumentException or BadImageFormatException or TypeLoadException or IOException)
        {
            _usesAll = true;
        }
    }

    /// <summary>What the method, and what it reaches, uses.</summary>
    public static ClosureUse Of(MethodBase method) => s_known.GetOrAdd(method, static method => new ClosureUse(method));

    public bool Uses(FieldInfo field) => _usesAll || _fields.Contains((field.Module, field.MetadataToken));

    private void Follow(MethodBase method)
    {
        if (!_seen.Add(method))
        {
            return;
        }

        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            _usesAll |= !method.IsAbstract;
            return;
        }

        Type[]? typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (int at = 0; at < code.Length;)
        {
            OpCode operation = code[at] == TwoByteMark ? s_twoBytes[code[at + 1]] : s_oneByte[code[at]];
            at += operation.Size;
            if (operation.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                MemberInfo? member = method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments);
                Use(member);
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
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
        if (type is not null && type.Name.StartsWith('<') && (type.IsAssignableTo(typeof(IAsyncStateMachine)) || type.IsAssignableTo(typeof(System.Collections.IEnumerator))))
        {
            foreach (MethodBase method in type.GetMethods(Declared))
            {
                Follow(method);
            }
        }
    }
}
