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
        bool simple = assignments.Count == constructor.Body.Instructions.Count(instruction => IsAssignment(instruction, fields));
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
        Instruction? first = null;
        int depth = 0;
        bool straight = true;
        foreach (Instruction instruction in constructor.Body.Instructions)
        {
            first ??= instruction;
            straight &= instruction.OpCode.FlowControl is FlowControl.Next or FlowControl.Call or FlowControl.Meta;
            depth += StackEffect.Pushes(instruction) - StackEffect.Pops(instruction, constructor, depth);
            if (straight && depth == 0 && IsAssignment(instruction, fields))
            {
                found.Add((first, instruction));
            }

            if (depth == 0)
            {
                first = null;
                straight = true;
            }
        }

        return found;
    }

    private static bool IsAssignment(Instruction instruction, IReadOnlyList<FieldDefinition> fields) =>
        instruction.OpCode.Code == Code.Stsfld && ((FieldReference)instruction.Operand).Resolve() is { } field && fields.Contains(field);
}
