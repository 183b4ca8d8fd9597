using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Braid.Checking.Rewriting;

/// <summary>How many values an instruction pops from the stack and pushes onto it.</summary>
internal static class StackEffect
{
    public static int Pops(Instruction instruction, MethodDefinition method, int depth)
    {
        switch (instruction.OpCode.StackBehaviourPop)
        {
            case StackBehaviour.Pop0:
                return 0;
            case StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref:
                return 1;
            case StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi or StackBehaviour.Popi_popi8
                or StackBehaviour.Popi_popr4 or StackBehaviour.Popi_popr8 or StackBehaviour.Popref_pop1 or StackBehaviour.Popref_popi:
                return 2;
            case StackBehaviour.Popi_popi_popi or StackBehaviour.Popref_popi_popi or StackBehaviour.Popref_popi_popi8
                or StackBehaviour.Popref_popi_popr4 or StackBehaviour.Popref_popi_popr8 or StackBehaviour.Popref_popi_popref:
                return 3;
            case StackBehaviour.PopAll:
                return depth;
            default:
                return VariablePops(instruction, method);
        }
    }

    public static int Pushes(Instruction instruction) => instruction.OpCode.StackBehaviourPush switch
    {
        StackBehaviour.Push0 => 0,
        StackBehaviour.Push1_push1 => 2,
        StackBehaviour.Varpush => instruction.Operand is IMethodSignature called && IsVoid(called.ReturnType) ? 0 : 1,
        _ => 1,
    };

    /// <summary>Whether a method with this return type returns nothing; an init accessor returns a void with a modifier.</summary>
    public static bool IsVoid(TypeReference returned) => FieldsOf.Plain(returned).MetadataType == MetadataType.Void;

    private static int VariablePops(Instruction instruction, MethodDefinition method)
    {
        if (instruction.OpCode.Code == Code.Ret)
        {
            return IsVoid(method.ReturnType) ? 0 : 1;
        }

        // Cecil declares stelem with a type as popping a variable number.
        if (instruction.Operand is not IMethodSignature called)
        {
            return 3;
        }

        int own = called.HasThis && instruction.OpCode.Code != Code.Newobj ? 1 : 0;
        return called.Parameters.Count + own + (instruction.OpCode.Code == Code.Calli ? 1 : 0);
    }
}
