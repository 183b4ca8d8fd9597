using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Braid.Checking.Rewriting;

/// <summary>Puts the assignments of certain statics in a static constructor under the condition that it runs for the first time.</summary>
/// <remarks>
/// The compiler writes the initialisers one after the other, and between two of them nothing lies on the stack. The condition is the first argument of the method
/// that the body will be moved to.
/// </remarks>
internal sealed class OnceOnly(MethodDefinition constructor)
{
    /// <returns>False when an assignment is not of that simple form; then nothing has been changed.</returns>
    public bool Guard(IReadOnlyList<FieldDefinition> fields)
    {
        constructor.Body.SimplifyMacros();
        List<(Instruction First, Instruction Last)> assignments = Find(fields);
        bool simple = constructor.Body.ExceptionHandlers.Count == 0 && assignments.Count == constructor.Body.Instructions.Count(instruction => IsAssignment(instruction, fields));
        ILProcessor il = constructor.Body.GetILProcessor();
        foreach ((Instruction first, Instruction last) in simple ? assignments : [])
        {
            il.InsertBefore(first, Instruction.Create(OpCodes.Ldarg_0));
            il.InsertBefore(first, Instruction.Create(OpCodes.Brfalse, last.Next));
        }

        constructor.Body.OptimizeMacros();
        return simple;
    }

    private List<(Instruction First, Instruction Last)> Find(IReadOnlyList<FieldDefinition> fields)
    {
        List<(Instruction, Instruction)> found = [];
        Dictionary<Instruction, int> depths = [];
        List<(int From, int To)> jumps = Jumps();
        Instruction? first = null;
        int depth = 0;
        int place = 0;
        foreach (Instruction instruction in constructor.Body.Instructions)
        {
            depth = depths.GetValueOrDefault(instruction, depth);
            first ??= instruction;
            depth += StackEffect.Pushes(instruction) - StackEffect.Pops(instruction, constructor, depth);
            if (instruction.Operand is Instruction target)
            {
                depths.TryAdd(target, depth);
            }

            place++;
            if (depth != 0 || jumps.Exists(jump => jump.From < place && jump.To > place))
            {
                continue;
            }

            if (IsAssignment(instruction, fields))
            {
                found.Add((first, instruction));
            }

            first = null;
        }

        return found;
    }

    /// <summary>Jumps as places in the code, the earlier one first; <c>To</c> is the place before which one lands.</summary>
    private List<(int From, int To)> Jumps()
    {
        List<Instruction> code = [.. constructor.Body.Instructions];
        return
        [
            .. code.Where(instruction => instruction.Operand is Instruction)
                .Select(instruction => (code.IndexOf(instruction), code.IndexOf((Instruction)instruction.Operand)))
                .Select(jump => (Math.Min(jump.Item1, jump.Item2), Math.Max(jump.Item1, jump.Item2))),
        ];
    }

    private static bool IsAssignment(Instruction instruction, IReadOnlyList<FieldDefinition> fields) =>
        instruction.OpCode.Code == Code.Stsfld && ((FieldReference)instruction.Operand).Resolve() is { } field && fields.Contains(field);
}
