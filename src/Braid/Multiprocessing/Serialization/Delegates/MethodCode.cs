using System.Reflection;
using System.Reflection.Emit;
using System.Security;

namespace Braid.Multiprocessing;

/// <summary>
/// One instruction of a method and the field, method or type it names; null if it names none, or one that cannot be resolved.
/// </summary>
internal readonly record struct Instruction(OpCode Operation, MemberInfo? Member, int Operand)
{
    public bool IsUnreadable => Member is null && NamesMember(Operation);

    public static bool NamesMember(OpCode operation) =>
        operation.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType;
}

/// <summary>Reads the code of methods.</summary>
internal static class MethodCode
{
    private const byte TwoByteMark = 0xFE;

    private static readonly OpCode[] s_oneByte = new OpCode[256];
    private static readonly OpCode[] s_twoBytes = new OpCode[256];

    static MethodCode()
    {
        foreach (FieldInfo field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var code = (OpCode)field.GetValue(null)!;
            (code.Size == 1 ? s_oneByte : s_twoBytes)[code.Value & 0xFF] = code;
        }
    }

    /// <summary>The instructions in order; null if the method has no code that can be read.</summary>
    public static List<Instruction>? Of(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            return null;
        }

        Type[]? typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        Type[]? methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        var instructions = new List<Instruction>();
        for (int at = 0; at < code.Length;)
        {
            OpCode operation = code[at] == TwoByteMark ? s_twoBytes[code[at + 1]] : s_oneByte[code[at]];
            at += operation.Size;
            instructions.Add(new(operation,
                Instruction.NamesMember(operation)
                    ? Resolve(method.Module, BitConverter.ToInt32(code, at), typeArguments, methodArguments)
                    : null,
                operation.OperandType switch
                {
                    OperandType.ShortInlineVar => code[at],
                    OperandType.InlineVar => BitConverter.ToUInt16(code, at),
                    _ => 0,
                }));
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

        return instructions;
    }

    private static MemberInfo? Resolve(Module module, int token, Type[]? typeArguments, Type[]? methodArguments)
    {
        try
        {
            return module.ResolveMember(token, typeArguments, methodArguments);
        }
        catch (Exception exception) when (exception is ArgumentException or BadImageFormatException or TypeLoadException
            or MissingMemberException or IOException or VerificationException)
        {
            return null;
        }
    }
}
